/**
 * Points to share out: what is shared out so far, shown at every key, said aloud when typing pauses.
 *
 * The page works without this; what counts is what the server checks. Sentences come from the server.
 */

const TYPING_PAUSE = 1000; // milliseconds

class Sharing {
  constructor(box) {
    this.box = box;
    this.total = Number(box.getAttribute("data-total"));
    this.inputs = [...box.querySelectorAll("input")];
    this.number = new Intl.NumberFormat(document.documentElement.lang);
    this.seen = document.createElement("p");
    this.seen.className = "sharing-sum";
    this.seen.setAttribute("aria-hidden", "true");
    this.heard = document.createElement("p");
    this.heard.className = "visually-hidden";
    this.heard.setAttribute("role", "status");
    box.append(this.seen, this.heard);
    box.addEventListener("input", () => this.add(true));
    window.addEventListener("pageshow", () => this.add(false)); // a browser may put earlier values back
    this.add(false);
  }

  add(isSaid) {
    clearTimeout(this.timer);
    const texts = this.inputs.map((input) => input.value.replace(/\s/g, ""));
    // what is no whole number is for the server to explain
    const shared = texts.reduce((sum, text) => sum + (/^\d{1,9}$/.test(text) ? Number(text) : 0), 0);
    const text = texts.every((each) => each === "") ? "" : this.sentence(shared);
    this.seen.textContent = text;
    this.seen.classList.toggle("is-over", shared > this.total);
    if (isSaid) this.timer = setTimeout(() => { this.heard.textContent = text; }, TYPING_PAUSE);
  }

  sentence(shared) {
    const left = this.total - shared;
    const state = left === 0 ? "done" : left > 0 ? "left" : "over";
    const values = { shared, total: this.total, left, over: -left };
    const sentence = this.box.getAttribute(`data-${state}`) ?? "";
    return sentence.replace(/\{(\w+)\}/g, (_, name) => this.number.format(values[name]));
  }
}

for (const box of document.querySelectorAll("[data-sharing]")) new Sharing(box);
