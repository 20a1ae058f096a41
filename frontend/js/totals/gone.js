/** The lines that were taken out, named above the sheet, each with its way back in while the page is open. */
import { word } from "../words.js";

export class Gone {
  constructor(place, putBack) {
    this.place = place;
    this.putBack = putBack;
  }

  show({ number, name }) {
    const line = document.createElement("p");
    line.dataset.number = number;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = word("totals_back");
    button.addEventListener("click", () => this.putBack(number));
    line.append(word("totals_gone", { n: number, name }), " ", button);
    this.place.append(line);
    this.place.hidden = false;
  }

  hide(number) {
    this.place.querySelector(`[data-number="${number}"]`)?.remove();
    this.place.hidden = !this.place.childElementCount;
  }
}
