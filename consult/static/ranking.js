/**
 * Ranking by taps: what was chosen stands above in its order, the rest below; no dragging.
 *
 * The page works without this. The lists of ranks stay in the form, hidden: they are what is sent. Each row that
 * the server drew becomes a card, and moves between the two lists.
 */

class Ranking {
  constructor(box) {
    this.box = box;
    this.first = box.querySelector("ol");
    this.rest = box.querySelector("ul");
    this.empty = box.querySelector(".ranking-empty");
    this.others = box.querySelector(".ranking-others");
    this.note = box.querySelector(".ranking-note");
    this.said = box.querySelector("[role=status]");
    this.maximum = Number(box.getAttribute("data-maximum"));
    this.rows = [...box.querySelectorAll("[data-choice]")].map((element) => new Row(element));
    this.surveyOrder = box.getAttribute("data-order").split(" ");
    for (const row of this.rows) {
      row.pick.addEventListener("click", (event) => this.pick(row, event));
      row.up.addEventListener("click", (event) => this.swap(row, -1, event));
      row.down.addEventListener("click", (event) => this.swap(row, 1, event));
      row.out.addEventListener("click", (event) => this.takeOut(row, event));
    }
    this.read();
    box.classList.add("is-cards");
    box.querySelector(".ranking-first").hidden = false;
    this.rest.setAttribute("aria-labelledby", this.others.id);
    window.addEventListener("pageshow", () => this.read()); // a browser may put earlier values back
  }

  /** Take the order from the lists of ranks, as the server would: the same rank twice keeps the order of rows. */
  read() {
    const ranked = this.rows.filter((row) => Number(row.select.value) > 0);
    ranked.sort((one, other) => Number(one.select.value) - Number(other.select.value));
    this.order = ranked.slice(0, this.maximum);
    this.write();
  }

  write() {
    for (const row of this.rows) row.select.value = this.order.includes(row) ? this.order.indexOf(row) + 1 : "";
    this.draw();
  }

  draw() {
    const isFull = this.order.length >= this.maximum;
    const others = this.rows.filter((row) => !this.order.includes(row));
    others.sort((one, other) => this.surveyOrder.indexOf(one.code) - this.surveyOrder.indexOf(other.code));
    this.order.forEach((row, at) => row.showRanked(at, this.order.length));
    others.forEach((row) => row.showUnranked(isFull));
    fillList(this.first, this.order);
    fillList(this.rest, others);
    this.empty.hidden = this.order.length > 0;
    this.first.hidden = this.order.length === 0;
    this.others.hidden = this.rest.hidden = others.length === 0;
    this.note.hidden = this.order.length === 0; // before that, there is nothing to stop at
  }

  pick(row, event) {
    if (event.detail > 1) return; // a double click would rank the next one too, which took the place of this one
    if (this.order.length >= this.maximum) {
      this.say("full", row);
      return;
    }
    this.order.push(row);
    this.finish(row, row.element, event);
  }

  swap(row, by, event) {
    const at = this.order.indexOf(row);
    const to = at + by;
    if (to < 0 || to >= this.order.length) return;
    [this.order[at], this.order[to]] = [this.order[to], this.order[at]];
    this.finish(row, event.currentTarget, event);
  }

  takeOut(row, event) {
    this.order.splice(this.order.indexOf(row), 1);
    this.finish(row, row.pick, event);
  }

  /** Show, say and save a move; the focus, which is lost where something moves in the page, stays with it. */
  finish(row, target, event) {
    this.write();
    // who used a keyboard sees where it went; under a finger or a pointer the page stays where it is
    target.focus({ preventScroll: event.detail > 0 });
    restart(row.element, "is-moved");
    this.say(this.order.includes(row) ? "rank" : "unranked", row);
    row.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  say(what, row) {
    const values = { rank: this.order.indexOf(row) + 1, total: this.maximum, choice: row.text };
    const sentence = this.box.getAttribute(`data-said-${what}`);
    this.said.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    restart(this.said, "is-fresh");
  }
}

class Row {
  constructor(element) {
    this.element = element;
    this.code = element.getAttribute("data-choice");
    this.place = element.querySelector(".ranking-place");
    this.label = element.querySelector("label");
    this.tools = element.querySelector(".ranking-tools");
    this.select = element.querySelector("select");
    [this.up, this.down, this.out] = ["up", "down", "out"].map((name) => this.tool(name));
    this.text = this.label.textContent.trim();
    this.pick = document.createElement("button");
    this.pick.type = "button";
    this.pick.className = "ranking-pick";
    this.pick.textContent = this.text;
    this.element.append(this.pick);
    this.element.tabIndex = -1;
    this.element.id = this.select.id; // where the links of the summary of errors lead
    this.select.removeAttribute("id");
    this.label.removeAttribute("for");
    this.select.hidden = true;
    this.out.hidden = false;
  }

  /** Return one of the buttons, which from now on sends nothing. */
  tool(name) {
    const button = this.element.querySelector(`[data-move=${name}]`);
    button.type = "button";
    return button;
  }

  showRanked(at, count) {
    this.show(true);
    this.place.textContent = String(at + 1);
    // not `disabled`, which would lose the focus of who moves it to the end
    this.up.setAttribute("aria-disabled", String(at === 0));
    this.down.setAttribute("aria-disabled", String(at === count - 1));
  }

  showUnranked(isFull) {
    this.show(false);
    this.pick.setAttribute("aria-disabled", String(isFull));
  }

  show(isRanked) {
    for (const part of [this.place, this.label, this.tools]) part.hidden = !isRanked;
    this.pick.hidden = isRanked;
  }
}

/** Give an element a class whose animation starts from the beginning. */
function restart(element, name) {
  element.classList.remove(name);
  void element.offsetWidth;
  element.classList.add(name);
}

/** Put rows into a list in order, touching only those that are elsewhere. */
function fillList(list, rows) {
  rows.forEach((row, at) => {
    if (list.children[at] !== row.element) list.insertBefore(row.element, list.children[at] ?? null);
  });
}

for (const box of document.querySelectorAll("[data-ranking]")) new Ranking(box);
