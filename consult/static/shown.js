/**
 * Questions that come and go with the answers above them. The server says which are shown, after each save: it alone
 * knows what conditions mean. The page has them all, those that are not shown hidden.
 */

export class Shown {
  constructor(form) {
    this.field = form.querySelector("input[name='shown']");
    this.places = [...form.querySelectorAll("[data-asked]")];
    this.said = form.querySelector("[data-more]");
    this.news = null; // the first question that came since somebody pressed a button
  }

  /** Show these questions and hide the others that come and go. */
  update(codes) {
    if (!codes || !this.field) return;
    const came = this.places.filter((place) => place.hidden && codes.includes(place.getAttribute("data-asked")));
    for (const place of this.places) place.hidden = !codes.includes(place.getAttribute("data-asked"));
    // Choices that come and go stay as they were drawn: the server draws the page again for those.
    const choices = this.field.value.split(" ").filter((each) => each.includes("."));
    const asked = this.places.filter((place) => !place.hidden).map((place) => place.getAttribute("data-asked"));
    this.field.value = [...choices, ...asked].join(" ").trim();
    if (this.said) this.said.textContent = came.length > 0 ? this.said.getAttribute("data-more") : "";
    if (came.length > 0) [this.news] = came;
  }

  /** Take the person to what has just come. */
  lead() {
    const place = this.news;
    this.news = null;
    const first = place.querySelector("input:not([type=hidden]), textarea, select");
    (first ?? place).focus();
    place.scrollIntoView({ block: "start" });
  }
}
