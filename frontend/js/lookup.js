/**
 * Looking something up by typing: htmx brings the options, this walks and takes them.
 *
 * An option carries `data-value` and `data-text`; taking it fills the hidden field beside the
 * text and fires `change` there, so that the rest of the form can follow.
 */
let serial = 0;

function close(box) {
  const list = box.querySelector("[role=listbox]");
  const input = box.querySelector("[role=combobox]");
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(box, option) {
  for (const other of box.querySelectorAll("[role=option]")) {
    other.setAttribute("aria-selected", String(other === option));
  }
  option.id ||= `option-${(serial += 1)}`;
  box.querySelector("[role=combobox]").setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(box, option) {
  const input = box.querySelector("[role=combobox]");
  const hidden = box.querySelector("input[type=hidden]");
  input.value = option.dataset.text ?? option.innerText.trim();
  hidden.value = option.dataset.value;
  close(box);
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

function walk(event) {
  const box = event.target.closest?.("[data-lookup]");
  if (!box) return;
  const options = [...box.querySelectorAll("[role=option]")];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!options.length) return;
    event.preventDefault();
    const by = event.key === "ArrowDown" ? 1 : -1;
    mark(box, options[(now + by + options.length + (now < 0 && by < 0 ? 1 : 0)) % options.length]);
  } else if (event.key === "Enter" && options.length) {
    event.preventDefault();
    take(box, options[Math.max(now, 0)]);
  } else if (event.key === "Escape" && options.length) {
    event.stopPropagation();
    close(box);
  }
}

export function start() {
  document.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-lookup] [role=option]");
    if (option) {
      event.preventDefault();
      take(option.closest("[data-lookup]"), option);
      return;
    }
    for (const box of document.querySelectorAll("[data-lookup]")) if (!box.contains(event.target)) close(box);
  });
  document.addEventListener("focusout", (event) => {
    const box = event.target.closest("[data-lookup]");
    if (box && !box.contains(event.relatedTarget)) setTimeout(() => close(box), 150);
  });
  document.addEventListener("input", (event) => {
    // Other words are another thing: what was taken no longer stands.
    const box = event.target.closest("[data-lookup]");
    if (!box || !event.target.matches("[role=combobox]")) return;
    const hidden = box.querySelector("input[type=hidden]");
    if (hidden.value === "") return;
    hidden.value = "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = event.detail.target.closest?.("[data-lookup]");
    if (!box) return;
    const input = box.querySelector("[role=combobox]");
    // What was marked went with the old list.
    input.removeAttribute("aria-activedescendant");
    if (document.activeElement !== input) close(box);
    else input.setAttribute("aria-expanded", String(Boolean(box.querySelector("[role=option]"))));
  });
}
