/**
 * The pages where people answer: every change is saved, and nobody leaves with something unsaved by accident.
 *
 * The pages work without this. Sentences come from the server, in attributes. Answers are kept in the page and on
 * the server, never in the browser's storage: other people may use the same telephone.
 */

import { Autosave, GIVE_UP, Status } from "./autosave.js";
import { Shown } from "./shown.js";
import "./points.js";
import "./special_answers.js";

const TYPING_PAUSE = 1000; // milliseconds without a key: what was typed is saved, and its length said aloud

/** Continue, Back, the other language: first everything is saved, then the form goes, once. */
class Leaving {
  constructor(form, status, autosave) {
    Object.assign(this, { form, status, autosave, isWaiting: false, isSettled: false, isGone: false });
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pageshow", () => { this.isGone = false; });
    window.addEventListener("beforeunload", (event) => {
      if (!this.isGone && autosave.isUnsaved) event.preventDefault();
    });
    status.line.addEventListener("click", (event) => {
      if (event.target.closest("a")) this.isGone = true; // the way that the server offers is no accident
    });
  }

  submit(event) {
    const { autosave } = this;
    if (this.mayGo && !autosave.isWarningDue) {
      this.go();
      return;
    }
    event.preventDefault();
    if (this.isGone || this.isWaiting) return;
    if (this.mayGo) autosave.warn();
    else this.saveFirst(event.submitter);
  }

  get mayGo() {
    if (this.isGone || this.isWaiting) return false;
    const { autosave } = this;
    return this.isSettled || (navigator.onLine && autosave.flight === null && autosave.answers.changed().length === 0);
  }

  async saveFirst(button) {
    this.isWaiting = true;
    this.autosave.shown.news = null;
    const outcome = await this.autosave.settle();
    this.isWaiting = false;
    if (outcome === "saved" && this.autosave.shown.news && button?.value === "continue") {
      this.autosave.shown.lead(); // what has just come to the page was not seen yet
    } else if (outcome === "saved" || outcome === "invalid") {
      this.isSettled = true;
      this.form.requestSubmit(button);
      this.isSettled = false;
    } else {
      this.status.focus();
    }
  }

  go() {
    const { answers } = this.autosave;
    this.isGone = true;
    clearTimeout(this.autosave.timer);
    // Once the browser has taken the form: whoever comes back to this page saves over what is now sent.
    setTimeout(() => answers.advance([...answers.revisions.keys()]), 0);
    setTimeout(() => { this.isGone = false; }, GIVE_UP); // still here: the server did not answer
  }
}

/** How many characters are left: shown from three quarters of the way on, said aloud near the end, when typing pauses. */
class Counter {
  constructor(area) {
    this.area = area;
    this.maximum = Number(area.getAttribute("data-maximum"));
    const language = document.documentElement.lang;
    this.plural = new Intl.PluralRules(language);
    this.number = new Intl.NumberFormat(language);
    this.seen = document.createElement("p");
    this.seen.className = "counter";
    this.seen.setAttribute("aria-hidden", "true");
    this.heard = document.createElement("p");
    this.heard.className = "visually-hidden";
    this.heard.setAttribute("role", "status");
    area.after(this.seen, this.heard);
    area.addEventListener("input", () => this.count());
    window.addEventListener("pageshow", () => this.count());
  }

  count() {
    clearTimeout(this.timer);
    const length = [...this.area.value].length; // characters as people and the server count them
    const left = this.maximum - length;
    const text = length < this.maximum * 0.75 ? "" : this.sentence(left < 0 ? "over" : "left", Math.abs(left));
    this.seen.textContent = text;
    this.seen.classList.toggle("is-over", left < 0);
    const said = length < this.maximum * 0.9 ? "" : text;
    this.timer = setTimeout(() => { this.heard.textContent = said; }, TYPING_PAUSE);
  }

  sentence(what, count) {
    const one = this.area.getAttribute(`data-${what}-one`);
    const other = this.area.getAttribute(`data-${what}-other`);
    const chosen = this.plural.select(count) === "one" ? one : other;
    return (chosen ?? "").replace("{count}", this.number.format(count));
  }
}

function saveEveryChange(form) {
  const status = new Status(form);
  const autosave = new Autosave(form, status, new Shown(form));
  form.addEventListener("input", () => autosave.schedule(TYPING_PAUSE));
  form.addEventListener("change", () => autosave.schedule(0));
  window.addEventListener("online", () => autosave.isFailing && autosave.settle());
  window.addEventListener("pageshow", () => autosave.schedule(0)); // a browser may put earlier values back
  window.addEventListener("pagehide", () => autosave.part());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") autosave.schedule(0);
  });
  return new Leaving(form, status, autosave);
}

document.querySelectorAll("textarea[data-maximum], input[data-maximum]").forEach((area) => new Counter(area));
document.querySelectorAll("form[data-autosave]").forEach(saveEveryChange);
document.querySelector("[data-error-summary]")?.focus();
