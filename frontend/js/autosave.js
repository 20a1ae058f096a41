/**
 * Drafts save themselves: a form with `data-autosave-url` is sent a moment after the last change.
 *
 * The answer is JSON: `saved_at` (shown), `fields` (hidden values to carry on, such as the version)
 * and `url` (where to save from now on, once the draft exists). Files are left for the real submit.
 */
import { word } from "./words.js";

const PAUSE_MS = 1500;
const AGAIN_MS = 10000;

class Draft {
  constructor(form) {
    this.form = form;
    this.timer = undefined;
    this.saving = null;
    this.dirty = false;
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    // On the window, so that the form waits here before anybody is asked anything.
    window.addEventListener("submit", (event) => event.target === form && this.hold(event), true);
    form.addEventListener("submit", () => this.rest());
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.send(true));
    window.addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
  }

  later(pause = PAUSE_MS) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  /** Let the form go once no save is under way: one that lands after it would make it stale. */
  hold(event) {
    if (!this.saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    this.saving.then(() => this.form.requestSubmit(submitter));
  }

  rest() {
    clearTimeout(this.timer);
    this.dirty = false;
  }

  say(text, state) {
    for (const place of document.querySelectorAll("[data-saved]")) {
      place.textContent = text;
      place.dataset.state = state;
    }
  }

  body() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  send(leaving = false) {
    if (this.saving) return;
    clearTimeout(this.timer);
    this.dirty = false;
    this.saving = this.save(leaving).then((failed) => {
      this.saving = null;
      if (failed) this.later(AGAIN_MS);
      else if (this.dirty) this.later();
    });
  }

  /** Send the form, say how it went, and resolve to true when it should be sent again. */
  async save(leaving) {
    this.say(word("saving"), "sending");
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        body: this.body(),
        keepalive: leaving,
        headers: { "X-Requested-With": "autosave", Accept: "application/json" },
      });
      if (answer.status === 412) {
        // Somebody else saved this draft: nothing is overwritten until the reader has looked.
        this.say(word("changed_elsewhere"), "failed");
        return false;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      this.take(await answer.json());
      return false;
    } catch {
      this.say(word("save_failed"), "failed");
      return true;
    }
  }

  take({ saved_at: savedAt, fields = {}, url }) {
    if (url) this.form.dataset.autosaveUrl = url;
    for (const [name, value] of Object.entries(fields)) {
      const field = this.form.elements.namedItem(name);
      if (field) field.value = value;
    }
    const time = savedAt ?? new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    this.say(word("saved_at", { time }), "saved");
    // What a sending was refused for was of what stood then.
    document.querySelector("[data-error-summary]")?.remove();
    this.form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
  }
}

export function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]:not([data-awake])")) {
    form.dataset.awake = "";
    new Draft(form);
  }
}
