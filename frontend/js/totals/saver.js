/**
 * Saves what changed in the sheet a moment after the last change, line by line; the answer says
 * what is wrong in each. Nothing is overwritten that somebody else changed meanwhile (412).
 */
import { word } from "../words.js";
import { Gone } from "./gone.js";

const PAUSE_MS = 900;
const AGAIN_MS = 10000;

const same = (one, other) => JSON.stringify(one ?? {}) === JSON.stringify(other ?? {});

export class Saver {
  constructor(table, config) {
    this.table = table;
    this.config = config;
    this.base = config.base;
    this.changed = new Map();
    this.dropped = new Map();
    // What went, with the server's word for it, and what of it is to come back.
    this.out = new Map();
    this.back = new Set();
    this.gone = new Gone(document.querySelector("[data-totals-gone]"), (number) => this.putBack(number));
    this.timer = undefined;
    this.saving = false;
    window.addEventListener("beforeunload", (event) => this.waits && event.preventDefault());
  }

  touch(line) {
    if (this.out.has(line.number) && !this.back.has(line.number)) return;
    this.changed.set(line.number, line);
    this.later();
  }

  /** Take a line out: it is gone here once it is gone there. */
  drop(line) {
    this.changed.delete(line.number);
    if (!this.back.delete(line.number)) this.dropped.set(line.number, line);
    this.later(0);
  }

  /** Put a line back as it was: it is here again once it is there again. */
  putBack(number) {
    if (!this.dropped.delete(number) && this.out.has(number)) this.back.add(number);
    this.later(0);
  }

  get waits() {
    return this.changed.size || this.dropped.size || this.back.size;
  }

  later(pause = PAUSE_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  say(text, state) {
    for (const place of document.querySelectorAll("[data-saved]")) {
      place.textContent = text;
      place.dataset.state = state;
    }
  }

  line({ number, source, output, note, ...rest }) {
    const amounts = {};
    for (const { code } of this.config.pollutants) amounts[code] = rest[code] ?? "";
    return { number, source: source ?? "", output: output ?? "", note: note ?? "", amounts };
  }

  async send() {
    if (this.saving || !this.waits) return;
    // One thing at a time: what goes, then what comes back, then what was typed.
    const dropped = new Map(this.dropped);
    const back = dropped.size ? [] : [...this.back];
    const sent = dropped.size || back.length ? new Map() : new Map(this.changed);
    this.dropped.clear();
    for (const number of back) this.back.delete(number);
    for (const number of sent.keys()) this.changed.delete(number);
    this.saving = true;
    this.say(word("saving"), "sending");
    try {
      const restored = back.map((number) => this.out.get(number).token);
      const answer = await fetch(this.config.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.config.token, Accept: "application/json" },
        body: JSON.stringify({ base: this.base, dropped: [...dropped.keys()], restored, rows: [...sent.values()].map((line) => this.line(line)) }),
      });
      if (answer.status === 412 || answer.status === 409) {
        this.say(word("changed_elsewhere"), "failed");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      for (const [number, line] of dropped) await this.remove(line, told.kept[number]);
      for (const number of back) await this.bring(number);
      this.take(told);
    } catch {
      for (const [number, line] of dropped) this.dropped.set(number, line);
      for (const number of back) this.back.add(number);
      for (const [number, line] of sent) if (!this.changed.has(number)) this.changed.set(number, line);
      this.say(word("save_failed"), "failed");
      this.later(AGAIN_MS);
    } finally {
      this.saving = false;
      if (this.waits) this.later();
    }
  }

  find(number) {
    return this.table.getRows().find((row) => row.getData().number === number);
  }

  /** Take a line off the sheet that the server let go, and keep what brings it back. */
  async remove(line, token) {
    this.out.set(line.number, { line, token });
    this.gone.show(line);
    await this.find(line.number)?.delete();
    // The button that had the focus went with its line; the sheet's own keys go on working.
    if (document.activeElement === document.body) {
      this.table.element.querySelector(".tabulator-tableholder").focus({ preventScroll: true });
    }
  }

  async bring(number) {
    const { line } = this.out.get(number);
    this.out.delete(number);
    this.gone.hide(number);
    if (this.find(number)) return;
    const next = this.table.getRows().find((row) => row.getData().number > number);
    await this.table.addRow(line, Boolean(next), next);
  }

  take({ base, saved_at: time, rows, wrong }) {
    this.base = base;
    // What was typed since the sending stays; only what is said of the line is taken over. The
    // lines are written to themselves and only those that look otherwise now are drawn: asked to
    // update thousands of rows, the table would look each of them up and draw it.
    const told = new Map(rows.map((row) => [row.number, row.problems]));
    for (const row of told.size ? this.table.getRows() : []) {
      const line = row.getData();
      const problems = told.get(line.number);
      if (!problems || same(problems, line.problems)) continue;
      line.problems = problems;
      row.reformat();
    }
    this.table.recalc();
    this.say(word("saved_at", { time }), "saved");
    document.dispatchEvent(new CustomEvent("totals-saved", { detail: { wrong } }));
    for (const place of document.querySelectorAll("[data-totals-wrong]")) {
      place.textContent = wrong ? word("totals_wrong", { n: wrong }) : "";
      place.hidden = !wrong;
    }
  }
}
