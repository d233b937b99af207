/**
 * Saving: what a form holds, what of it is saved, and one save at a time until everything is.
 *
 * A question's inputs are named CODE or CODE.part, its hidden `revision.CODE` numbers its saves: of two saves the
 * higher number stays, whatever order they arrive in. Only the questions that were changed here are sent, so that
 * a page left open in another tab takes nothing back.
 *
 * A question may be named like a property of a form ("title", "action"), and then hides it: of the form only what
 * has a capital letter in its name is used.
 */

const LONGEST_WAIT = 5000; // milliseconds: whoever types on and on is not left unsaved for longer
const SLOW = 1500; // a save that takes longer is worth a word
export const GIVE_UP = 20_000; // what has no answer by then has failed
const FIRST_RETRY = 2000;
const LAST_RETRY = 30_000;
const KEEPALIVE_LIMIT = 60_000; // what a browser still sends while a page is being left, in bytes

/** What the form holds, question by question, and what of it was saved. */
class Answers {
  constructor(form) {
    this.form = form;
    this.revisions = new Map(
      [...form.querySelectorAll("input[name^='revision.']")].map((input) => [input.name.slice(9), input]),
    );
    // What the server wrote into the page is what it has; a browser may have put other values in since.
    const pristine = form.cloneNode(true);
    HTMLFormElement.prototype.reset.call(pristine);
    this.saved = this.read(pristine);
  }

  /** Return the code of the question that an input belongs to, if any. */
  owner(name) {
    const code = name.split(".")[0];
    return !name.startsWith("revision.") && this.revisions.has(code) ? code : null;
  }

  /** Return what each question holds, as a text to compare. */
  read(form = this.form) {
    const held = new Map([...this.revisions.keys()].map((code) => [code, []]));
    for (const pair of new FormData(form)) held.get(this.owner(pair[0]))?.push(pair);
    return new Map([...held].map(([code, pairs]) => [code, JSON.stringify(pairs.sort())]));
  }

  /** Return the codes of the questions that changed since they were saved. */
  changed() {
    return [...this.read()].filter(([code, text]) => text !== this.saved.get(code)).map(([code]) => code);
  }

  /** Return what to send: these questions with their revisions, and what belongs to no question. */
  body(codes) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      const code = name.startsWith("revision.") ? name.slice(9) : this.owner(name);
      if (code === null || codes.includes(code)) body.append(name, value);
    }
    body.append("do", "autosave");
    return body;
  }

  /** These questions are on their way: a later save wins over this one, whether or not it arrives. */
  advance(codes) {
    for (const code of codes) this.raise(code, Number(this.revisions.get(code).value) + 1);
  }

  /** Until the server has answered nobody knows what it holds of these: they count as changed. */
  doubt(codes) {
    for (const code of codes) this.saved.set(code, null);
  }

  raise(code, revision) {
    const input = this.revisions.get(code);
    if (revision > Number(input.value)) input.value = String(revision);
  }
}

/** Sends what changed: one save at a time, the newest state, again and again until it is there. */
export class Autosave {
  constructor(form, status, shown) {
    this.form = form;
    this.status = status;
    this.shown = shown;
    this.answers = new Answers(form);
    this.contested = new Set(); // questions that another tab saved first, until they are saved from here
    this.isWarningDue = false; // whether the person may not have noticed
    this.flight = null;
    this.timer = null;
    this.waitingSince = null;
    this.delay = FIRST_RETRY;
  }

  get isUnsaved() {
    return this.flight !== null || this.contested.size > 0 || this.answers.changed().length > 0;
  }

  get isFailing() {
    return this.delay > FIRST_RETRY;
  }

  /** Save after a pause, at once if it is 0. */
  schedule(pause) {
    if (this.answers.changed().length === 0 && this.flight === null) return;
    this.status.mark("changed");
    this.waitingSince ??= Date.now();
    const left = Math.max(0, LONGEST_WAIT - (Date.now() - this.waitingSince));
    this.again(Math.min(pause, left));
  }

  again(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), pause);
  }

  /**
   * Save until nothing is left to save or a save fails.
   *
   * Returns "saved", "unsaved" (try again later), "refused" (the server has said why) or "invalid" (the page
   * itself will say why, once it is sent).
   */
  async settle() {
    let outcome;
    do {
      this.flight ??= this.send().finally(() => { this.flight = null; });
      outcome = await this.flight;
    } while (outcome === "saved" && this.answers.changed().length > 0);
    return outcome;
  }

  async send() {
    clearTimeout(this.timer);
    this.waitingSince = null;
    const codes = this.answers.changed();
    const sent = this.answers.read();
    const body = this.answers.body(codes);
    this.answers.advance(codes);
    this.answers.doubt(codes);
    const slow = setTimeout(() => this.isFailing || this.status.show("saving"), SLOW);
    let { status, answer } = await this.post(body);
    if (answer?.token) { // somebody signed in or out beside this page: its forms carry another token from now on
      this.form.querySelector("input[name='csrf_token']").value = answer.token;
      body.set("csrf_token", answer.token);
      ({ status, answer } = await this.post(body));
    }
    clearTimeout(slow);
    return this.take(status, answer, codes, sent);
  }

  /** Return the status (0: no answer came) and the JSON of the answer (null: none). */
  async post(body) {
    const text = body.toString();
    try {
      const response = await fetch(this.form.getAttribute("action") || location.href, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: text.length < KEEPALIVE_LIMIT,
        signal: AbortSignal.timeout(GIVE_UP),
      });
      return { status: response.status, answer: await response.json().catch(() => null) };
    } catch {
      return { status: 0, answer: null };
    }
  }

  /** Take in what the server answered to a save. */
  take(status, answer, codes, sent) {
    if (typeof answer?.saved !== "boolean" || status >= 500 || status === 429) return this.fail(status);
    this.delay = FIRST_RETRY;
    const conflicts = codes.filter((code) => answer.conflicts?.includes(code));
    if (answer.saved || answer.conflicts) {
      for (const code of codes) {
        if (answer.saved || !conflicts.includes(code)) this.answers.saved.set(code, sent.get(code));
        if (answer.revisions?.[code]) this.answers.raise(code, answer.revisions[code]);
      }
    }
    if (!answer.saved) {
      this.status.show(answer.message ? "refused" : "failed", answer.message, answer.address);
      return answer.message ? "refused" : "invalid";
    }
    this.contest(codes, conflicts);
    this.shown.update(answer.shown);
    this.status.show(this.contested.size > 0 ? "conflict" : "saved");
    return "saved";
  }

  fail(status) {
    this.status.show(status === 0 ? "offline" : "failed");
    this.again(this.delay);
    this.delay = Math.min(this.delay * 2, LAST_RETRY);
    return "unsaved";
  }

  /** Say at a question that another tab saved it first; stop saying it once it is saved from here. */
  contest(codes, conflicts) {
    for (const code of codes) {
      const place = document.getElementById(`q-${code}`);
      place?.querySelector(".conflict")?.remove();
      this.contested.delete(code);
      if (!conflicts.includes(code)) continue;
      this.contested.add(code);
      this.isWarningDue = true;
      const note = document.createElement("p");
      note.className = "conflict";
      note.tabIndex = -1;
      note.textContent = this.status.sentence("conflict");
      const legend = place?.querySelector("legend");
      if (legend) legend.after(note);
      else place?.prepend(note);
    }
  }

  /** Take the person to the first question where another tab was first. */
  warn() {
    this.isWarningDue = false;
    document.querySelector(".conflict")?.focus();
  }

  /** The page is going away: what the save under way does not hold is sent beside it. */
  part() {
    const codes = this.answers.changed();
    if (codes.length === 0) return;
    const body = this.answers.body(codes);
    this.answers.advance(codes);
    this.answers.doubt(codes);
    this.post(body);
  }
}

/** The line that says whether answers are saved. */
export class Status {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector(".status");
    this.line.tabIndex = -1;
  }

  sentence(state) {
    const given = this.form.getAttribute(`data-${state}`);
    return given ?? (state === "saving" ? "" : this.form.getAttribute("data-offline")) ?? "";
  }

  /** Change how the line looks, not what it says: a screen reader is not told of every key. */
  mark(state) {
    if (this.line.getAttribute("data-state") === "saved") this.line.setAttribute("data-state", state);
  }

  /** Say something; the same sentence again is not said again. */
  show(state, message, address) {
    this.line.setAttribute("data-state", state);
    const text = message ?? this.sentence(state);
    if (this.line.textContent === text) return;
    this.line.textContent = text;
    if (!address?.startsWith("/") || address.startsWith("//")) return;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = text;
    this.line.replaceChildren(link);
  }

  focus() {
    this.line.focus();
  }
}
