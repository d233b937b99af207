// A kiosk forgets whoever has gone: after a stillness with a visible countdown, its own form is sent.

const COUNTDOWN = 30; // seconds that are counted aloud
const form = document.querySelector("[data-kiosk]");

class Stillness {
  constructor(seconds) {
    this.seconds = seconds;
    this.box = form.querySelector("[data-still]");
    this.words = this.box.querySelector("[data-words]");
    this.isLast = this.words.hasAttribute("data-from-start");
    this.counted = this.isLast ? seconds : Math.min(COUNTDOWN, seconds);
    for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"])
      window.addEventListener(kind, () => this.touch(), { passive: true });
    this.touch();
    setInterval(() => this.look(), 250);
  }

  touch() {
    this.end = Date.now() + this.seconds * 1000;
    this.look();
  }

  look() {
    const left = Math.ceil((this.end - Date.now()) / 1000);
    if (left <= 0) return this.leave();
    const isShown = left <= this.counted;
    if (this.box.hidden === isShown) this.box.hidden = !isShown;
    const sentence = (this.isLast ? this.words.dataset.last : this.words.dataset.words).replace("{seconds}", left);
    if (isShown && this.words.textContent !== sentence) this.words.textContent = sentence;
  }

  leave() {
    if (this.isGone) return;
    this.isGone = true;
    form.submit();
  }
}

if (form) {
  // the page of somebody who has gone, brought back by the browser: asked for again, it is no longer there
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  new Stillness(Number(form.dataset.kiosk));
}
