/** The frame: menus that close, the side bar on narrow screens, the key to the search. */
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function sidebar() {
  const bar = document.getElementById("sidebar");
  const opener = document.querySelector("[data-sidebar-open]");
  if (!bar || !opener) return;
  // Where one is stands in view, however long the menu is.
  const here = bar.querySelector("[aria-current]");
  if (here && here.offsetTop + here.offsetHeight > bar.clientHeight) bar.scrollTop = here.offsetTop - bar.clientHeight / 2;
  const turn = (open) => {
    bar.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? bar.querySelector("button, a") : opener).focus();
  };
  opener.addEventListener("click", () => turn(true));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-sidebar-close]")) turn(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bar.classList.contains("open")) turn(false);
  });
  document.addEventListener("focusin", (event) => {
    // Focus stays inside the open side bar: what is behind the veil cannot be reached.
    if (bar.classList.contains("open") && !bar.contains(event.target)) bar.querySelector("button, a").focus();
  });
}

function search() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const field = document.getElementById("search");
    if (!field || !field.offsetParent) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

/** A control that sends its form at once when it is changed, such as the language or a filter. */
function senders() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const copier = event.target.closest("[data-copy]");
    if (copier) navigator.clipboard?.writeText(document.querySelector(copier.dataset.copy)?.innerText ?? "");
  });
}

/** An empty filter says nothing, so it does not stand in the address. */
function filters() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.filters")) return;
    for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
    setTimeout(() => {
      for (const field of event.target.elements) field.disabled = false;
    });
  });
}

export function start() {
  menus();
  sidebar();
  search();
  senders();
  filters();
}
