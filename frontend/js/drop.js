/** Dropping files: shows what was chosen, refuses what the server would refuse, tells the progress. */
import { word } from "./words.js";

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function fault(file, box) {
  const limit = Number(box.dataset.maxBytes ?? 0);
  const types = (box.querySelector("input[type=file]").accept || "").split(",").map((type) => type.trim().toLowerCase());
  if (limit && file.size > limit) return word("file_too_large", { limit: size(limit) });
  const ends = types.filter((type) => type.startsWith("."));
  if (ends.length && !ends.some((end) => file.name.toLowerCase().endsWith(end))) {
    return word("file_type", { types: ends.join(" ") });
  }
  return "";
}

function list(box) {
  const input = box.querySelector("input[type=file]");
  const place = box.querySelector("[data-files]");
  let worst = "";
  const lines = [...input.files].map((file) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const note = document.createElement("span");
    note.className = "sub";
    note.textContent = size(file.size);
    line.append(name, note);
    const wrong = fault(file, box);
    if (wrong) {
      worst = wrong;
      const say = document.createElement("span");
      say.className = "field-error";
      say.textContent = wrong;
      line.append(say);
    }
    return line;
  });
  input.setCustomValidity(worst);
  place.replaceChildren(...lines);
}

export function start() {
  const over = (event) => event.target.closest?.("[data-drop]");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const box = over(event);
      if (!box) return;
      event.preventDefault();
      box.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const box = over(event);
      if (!box || (kind === "dragleave" && box.contains(event.relatedTarget))) return;
      box.classList.remove("over");
      if (kind !== "drop" || !event.dataTransfer?.files.length) return;
      event.preventDefault();
      const input = box.querySelector("input[type=file]");
      const files = new DataTransfer();
      for (const file of event.dataTransfer.files) {
        if (!files.items.length || input.multiple) files.items.add(file);
      }
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.addEventListener("change", (event) => {
    const box = over(event);
    if (box && event.target.matches("input[type=file]")) list(box);
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.detail.elt?.querySelector?.("[data-upload]");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });
}
