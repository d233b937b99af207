// The entry screen: Enter goes on to the next answer, and what is typed is read back beside it as it is typed.

const form = document.getElementById("entry");
const BETWEEN = /[\s,;+/]+/;
const ONE_DIGIT = 9;

class Screen {
  constructor() {
    this.inputs = [...form.querySelectorAll("[data-entry]")];
    this.save = form.querySelector("[data-save]");
    form.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("input", (event) => { this.isChanged = true; this.read(event.target); });
    form.addEventListener("focusin", (event) => event.target.select?.());
    form.addEventListener("submit", () => { this.isChanged = false; });
    // what is typed and not saved is on this page alone
    window.addEventListener("beforeunload", (event) => { if (this.isChanged) event.preventDefault(); });
    this.inputs.forEach((input) => this.read(input));
    if (!document.querySelector("[autofocus]")) (form.querySelector("#code") ?? form.querySelector(".of-form [data-entry]"))?.focus();
  }

  press(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-entry]")) return;
    event.preventDefault();
    const next = this.inputs[this.inputs.indexOf(event.target) + 1] ?? this.save;
    next.focus();
  }

  read(input) {
    const list = document.getElementById(input.dataset?.keys ?? "");
    const means = input.parentElement.querySelector("[data-means]");
    if (!list || !means) return;
    const items = [...list.children];
    const chosen = this.chosen(input.value.trim(), items);
    const isMany = "many" in input.dataset;
    const isUnknown = chosen === null;
    for (const item of items) item.classList.toggle("is-typed", !isUnknown && chosen.includes?.(item));
    means.classList.toggle("is-wrong", isUnknown);
    if (isUnknown) means.textContent = form.dataset.unknown;
    else if (chosen === "?") means.textContent = form.dataset.illegible;
    else if (chosen === "++" || (!isMany && chosen.length > 1)) means.textContent = form.dataset.two;
    else means.textContent = chosen.map((item) => this.label(item)).join(", ");
  }

  label(item) {
    return item.textContent.replace(item.dataset.key, "").trim() || item.dataset.key;
  }

  // the boxes that are typed; "?" or "++" for the marks; null where something stands for no box
  chosen(text, items) {
    if (text === "" || text === "0") return [];
    if (text === "?" || text === "++") return text;
    let signs = text.split(BETWEEN).filter((sign) => sign);
    if (items.length <= ONE_DIGIT) signs = signs.flatMap((sign) => (/^\d+$/.test(sign) ? [...sign] : [sign]));
    const found = signs.map((sign) => items.find((item) => item.dataset.key === sign));
    return found.includes(undefined) ? null : [...new Set(found)];
  }
}

if (form) new Screen();
