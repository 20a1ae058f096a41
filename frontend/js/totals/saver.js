/**
 * Saves what changed in the sheet a moment after the last change, line by line; the answer says
 * what is wrong in each. Nothing is overwritten that somebody else changed meanwhile (412).
 */
import { word } from "../words.js";

const PAUSE_MS = 900;
const AGAIN_MS = 10000;

const same = (one, other) => JSON.stringify(one ?? {}) === JSON.stringify(other ?? {});

export class Saver {
  constructor(table, config) {
    this.table = table;
    this.config = config;
    this.base = config.base;
    this.changed = new Map();
    this.dropped = new Set();
    this.timer = undefined;
    this.saving = false;
    window.addEventListener("beforeunload", (event) => this.waits && event.preventDefault());
  }

  touch(line) {
    this.changed.set(line.number, line);
    this.later();
  }

  /** Take a line out: it is gone here once it is gone there. */
  drop(number) {
    this.changed.delete(number);
    this.dropped.add(number);
    this.later(0);
  }

  get waits() {
    return this.changed.size || this.dropped.size;
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
    const dropped = [...this.dropped];
    const sent = dropped.length ? new Map() : new Map(this.changed);
    this.dropped.clear();
    if (!dropped.length) this.changed.clear();
    this.saving = true;
    this.say(word("saving"), "sending");
    try {
      const answer = await fetch(this.config.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.config.token, Accept: "application/json" },
        body: JSON.stringify({ base: this.base, dropped, rows: [...sent.values()].map((line) => this.line(line)) }),
      });
      if (answer.status === 412 || answer.status === 409) {
        this.say(word("changed_elsewhere"), "failed");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      for (const number of dropped) await this.table.deleteRow(number);
      this.take(await answer.json());
    } catch {
      for (const number of dropped) this.dropped.add(number);
      for (const [number, line] of sent) if (!this.changed.has(number)) this.changed.set(number, line);
      this.say(word("save_failed"), "failed");
      this.later(AGAIN_MS);
    } finally {
      this.saving = false;
      if (this.waits) this.later();
    }
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
