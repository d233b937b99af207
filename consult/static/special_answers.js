/**
 * What a person says in place of an answer, beside the answer: one of the two at a time.
 *
 * "None of these" and the special values of a list of boxes clear the others. A special value beside a text, a number
 * or ranks takes nothing away, for it would be lost: an answer unticks it, and where both stand the server says so.
 */

/** "None of these" stands alone: ticking it clears the others, and ticking another clears it. */
function keepExclusive(box) {
  const isExclusive = box.hasAttribute("data-exclusive");
  for (const other of box.closest("fieldset")?.querySelectorAll("input[type=checkbox]") ?? []) {
    if (other !== box && (isExclusive || other.hasAttribute("data-exclusive"))) other.checked = false;
  }
}

/** An answer unticks what was said in its place; of two special values the last one counts. */
function keepSpecial(input) {
  if (input.type === "checkbox" ? !input.checked : input.value.trim() === "") return;
  for (const tick of input.closest(".question")?.querySelectorAll("[data-special]") ?? []) {
    if (tick !== input) tick.checked = false;
  }
}

/** The best of a set cannot be its worst: the last choice counts. */
function keepApart(radio) {
  for (const other of radio.closest("[data-comparison]")?.querySelectorAll("input:checked") ?? []) {
    if (other !== radio && other.value === radio.value) other.checked = false;
  }
}

function keep(event) {
  const input = event.target;
  if (input.type === "checkbox" && input.checked) keepExclusive(input);
  if (input.type === "radio") keepApart(input);
  keepSpecial(input);
}

// Before anything else hears of it: what is saved is what then stands.
document.addEventListener("input", keep, { capture: true });
document.addEventListener("change", keep, { capture: true });
