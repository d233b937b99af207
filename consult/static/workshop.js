// Keeps a workshop's page up to date: asks the server every few seconds whether the facilitator did something, and
// draws the page again then. Whoever is writing is not interrupted: a line says that there is something new.

const EVERY = 2500;
const SLOWEST = 20000;

const place = document.querySelector("[data-state]");
const changed = place?.querySelector("[data-changed]");
const lost = place?.querySelector("[data-lost]");
let isTouched = false;
let wait = EVERY;

function show(line, isShown) {
  if (line) {
    line.hidden = !isShown;
  }
}

function draw(state) {
  const said = place.querySelector("[data-said]");
  if (said && said.textContent !== state.said) {
    said.textContent = state.said;
  }
  if (String(state.revision) === place.dataset.revision) {
    return;
  }
  if (isTouched && changed) {
    show(changed, true);
  } else {
    window.location.reload();
  }
}

async function ask() {
  try {
    const answer = await fetch(place.dataset.state, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok || answer.redirected) {
      throw new Error(String(answer.status));
    }
    draw(await answer.json());
    wait = EVERY;
    show(lost, false);
  } catch {
    wait = Math.min(wait * 2, SLOWEST);
    show(lost, wait > EVERY * 2);
  }
  window.setTimeout(ask, wait);
}

function countPoints(line) {
  const inputs = [...document.querySelectorAll("input[name^='points-']")];
  const given = inputs.reduce((sum, input) => sum + (Number.parseInt(input.value, 10) || 0), 0);
  line.querySelector("[data-left]").textContent = String(Number(line.dataset.points) - given);
}

if (place) {
  place.addEventListener("input", () => {
    isTouched = true;
  });
  window.setTimeout(ask, wait);
  const line = place.querySelector("[data-points]");
  if (line) {
    line.hidden = false;
    countPoints(line);
    place.addEventListener("input", () => countPoints(line));
  }
}
