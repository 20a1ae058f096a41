/** Short messages at the corner: good news leaves by itself, trouble stays until it is read. */
import { word } from "./words.js";

const STAYS_MS = 6000;

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  drawing.append(use);
  return drawing;
}

const icons = { success: "check", progress: "info", neutral: "info", warning: "alert", danger: "stop" };

function leaveLater(line) {
  if (line.matches(".tone-success, .tone-progress")) setTimeout(() => line.remove(), STAYS_MS);
}

/** Say something in the corner. */
export function toast(text, tone = "progress") {
  const box = document.getElementById("toasts");
  if (!box) return;
  const line = document.createElement("div");
  line.className = `toast-line tone-${tone}`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", word("close"));
  close.dataset.dismiss = "";
  close.append(icon("close"));
  line.append(icon(icons[tone] ?? "info"), words, close);
  box.append(line);
  leaveLater(line);
}

/** Listen for messages of the server and for requests that failed. */
export function start() {
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-dismiss]")?.closest(".toast-line, .alert")?.remove();
  });
  // The server sends HX-Trigger: {"toast": {"text": …, "tone": …}}.
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    toast(word(status === 403 ? "forbidden" : status === 404 ? "gone" : "server_failed"), "danger");
  });
  document.addEventListener("htmx:sendError", () => toast(word("unreachable"), "danger"));
  document.querySelectorAll("#toasts .toast-line").forEach(leaveLater);
}
