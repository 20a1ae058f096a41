/**
 * A final act says what it will do and asks once.
 *
 * `data-confirm` on a form or on its button carries the sentence; `data-confirm-from` names an
 * element whose present words are added, such as sums that follow the form.
 */
const asked = new WeakSet();

function sentence(holder) {
  const from = holder.dataset.confirmFrom && document.querySelector(holder.dataset.confirmFrom);
  return [holder.dataset.confirm, from?.innerText.trim()].filter(Boolean).join("\n");
}

function ask(holder, proceed) {
  const dialog = document.getElementById("confirm");
  const agree = dialog.querySelector("[data-agree]");
  dialog.querySelector("[data-title]").textContent = holder.dataset.confirmTitle ?? dialog.dataset.title;
  dialog.querySelector("[data-body]").textContent = sentence(holder);
  agree.textContent = holder.dataset.confirmButton ?? dialog.dataset.button;
  agree.classList.toggle("btn-danger", "confirmDanger" in holder.dataset);
  agree.classList.toggle("btn-primary", !("confirmDanger" in holder.dataset));
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "agree" && proceed(), { once: true });
  dialog.showModal();
  dialog.querySelector("[data-refuse]").focus();
}

export function start() {
  // Capturing: the question comes before htmx or the browser sends anything.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const submitter = event.submitter;
    const holder = submitter?.dataset.confirm ? submitter : form.dataset.confirm ? form : null;
    if (!holder) return;
    if (asked.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(holder, () => {
      asked.add(form);
      form.requestSubmit(submitter ?? undefined);
    });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    const holder = event.detail.elt;
    if (!holder.dataset.confirm || holder.matches("form")) return;
    event.preventDefault();
    ask(holder, () => event.detail.issueRequest(true));
  });
}
