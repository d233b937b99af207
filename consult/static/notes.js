// Notes of a session, where the network may fail: what is written waits on this device until the server has it.
//
// Each statement has a key that is made here: what arrives twice is kept once. The queue is read from the device each
// time, for two tabs share it. An entry leaves the device as soon as it is sent. Without this module the page works
// with its buttons.

const page = document.querySelector("[data-notes]");
const form = page.querySelector("[data-write]");
const words = page.dataset;
const QUEUE = `consult-notes/${words.who}/${words.session}`;
const DRAFT = `${QUEUE}/draft`;
const FIELDS = ["key", "seen", "text", "question", "said_by", "is_quote", "may_quote", "language", "group"];
const GIVE_UP = 20_000; // milliseconds: what has no answer by then has failed
const FIRST_RETRY = 2000;
const LAST_RETRY = 30_000;
const LOOK_AGAIN = 20_000;
const DOUBLE_CLICK = 700;

const known = new Map(); // what the server has, by key
let memory = null; // the queue, where the device refuses to keep anything
let trouble = "";
let wait = FIRST_RETRY;
let timer = 0;
let isSending = false;
let added = 0; // when the last statement was added
let lastRemoved = null;

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readKept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false;
  }
}

function readQueue() {
  return memory ?? readKept(QUEUE, {});
}

function writeQueue(queue) {
  if (!keep(QUEUE, Object.keys(queue).length ? queue : null)) memory = queue;
  else memory = null;
}

function put(entry) {
  const queue = readQueue();
  queue[entry.key] = { ...entry, stamp: newKey(), problem: "", theirs: null };
  writeQueue(queue);
  paint();
  send();
}

function drop(key) {
  const queue = readQueue();
  delete queue[key];
  writeQueue(queue);
}

// What is on the page.

function labelOf(name, value) {
  if (name === "said_by") return form.querySelector(`label[for="said_by-${value}"]`).textContent;
  return form.elements[name].querySelector(`option[value="${value}"]`)?.textContent ?? value;
}

function tagsOf(entry) {
  const found = [];
  if (entry.said_by !== "one") found.push(labelOf("said_by", entry.said_by));
  if (entry.is_quote) found.push(words.quote);
  if (!entry.may_quote) found.push(words.unquotable);
  if (entry.group) found.push(labelOf("group", entry.group));
  if (!document.documentElement.lang.startsWith(entry.language)) found.push(labelOf("language", entry.language));
  return found;
}

function itemOf(key) {
  const there = document.getElementById(`s-${key}`);
  if (there) return there;
  const made = page.querySelector("[data-blank]").content.querySelector("li").cloneNode(true);
  made.id = `s-${key}`;
  return made;
}

function show(entry) {
  const item = itemOf(entry.key);
  const section = page.querySelector(`[data-question="${entry.question}"]`) ?? page.querySelector('[data-question=""]');
  if (item.closest("[data-question]") !== section) section.querySelector(".statements").append(item);
  section.hidden = false;
  const said = item.querySelector(".said");
  said.textContent = entry.text;
  said.lang = `${entry.language}-CA`;
  item.querySelector(".tags").replaceChildren(
    ...tagsOf(entry).map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  item.hidden = false;
  return item;
}

function showState(item, entry) {
  const state = item.querySelector("[data-state]");
  const choice = item.querySelector("[data-choice]");
  item.classList.toggle("pending", Boolean(entry));
  state.hidden = !entry || Boolean(entry.problem);
  state.textContent = entry ? words.pending : "";
  choice.hidden = !entry?.problem;
  if (!entry?.problem) return;
  const isGone = entry.problem === "missing" || entry.theirs?.is_removed;
  const isFault = !isGone && entry.problem !== "changed";
  choice.querySelector("[data-said]").textContent = isGone ? words.gone : isFault ? entry.message : words.changed;
  choice.querySelector("[data-theirs]").textContent = isGone || isFault ? "" : entry.theirs.text;
  choice.querySelector("[data-keep=theirs]").textContent = isGone ? words.leave : isFault ? words.discard : words.theirs;
  choice.querySelector("[data-keep=mine]").textContent = isGone ? words.anew : isFault ? words.correct : words.mine;
}

function paint() {
  const queue = readQueue();
  for (const item of page.querySelectorAll(".asked .statements > li")) {
    const entry = queue[item.id.slice(2)];
    if (!entry) showState(item, null);
    if (!entry && !known.has(item.id.slice(2))) item.remove();
  }
  for (const entry of Object.values(queue)) {
    if (entry.act === "save" || entry.problem) showState(show(entry), entry);
    else if (entry.act === "remove") itemOf(entry.key).hidden = true;
  }
  let all = 0;
  for (const section of page.querySelectorAll("[data-question]")) {
    const count = section.querySelectorAll(".statements > li:not([hidden])").length;
    section.querySelector("[data-count]").textContent = count;
    all += count;
  }
  say(Object.values(queue), all);
}

function say(entries, all) {
  const status = page.querySelector("[data-status]");
  const waiting = entries.filter((each) => !each.problem).length;
  const name = waiting ? trouble || "sending" : entries.length ? "choose" : "sent";
  const count = waiting || entries.length || all;
  const text = words[name].replace("{count}", count) + (memory && entries.length ? ` ${words.notKept}` : "");
  if (status.textContent !== text) status.textContent = text;
  status.parentElement.classList.toggle("is-wrong", name !== "sent" && name !== "sending");
}

// Sending: one after the other, again and again until the server has it.

async function send() {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  try {
    if (navigator.locks) await navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => (lock ? sendAll() : null));
    else await sendAll();
  } finally {
    isSending = false;
    paint();
    if (Object.values(readQueue()).some((each) => !each.problem)) {
      timer = setTimeout(send, wait);
      wait = Math.min(wait * 2, LAST_RETRY);
    }
  }
}

async function sendAll() {
  for (let entry = next(); entry; entry = next()) {
    trouble = await post(entry);
    if (trouble) return;
    wait = FIRST_RETRY;
    paint();
  }
}

function next() {
  return Object.values(readQueue()).find((each) => !each.problem);
}

function bodyOf(entry) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, do: "autosave", act: entry.act });
  for (const name of FIELDS) if (entry[name] !== undefined) body.set(name, entry[name] === true ? "1" : entry[name] || "");
  return body;
}

/** Send an entry; return "" when the server has answered about it, else what is the trouble. */
async function post(entry, isAgain = false) {
  let answer;
  try {
    const body = bodyOf(entry);
    const given = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(GIVE_UP) });
    if (given.type === "opaqueredirect") return "signedOut";
    if (given.status === 403 || given.status === 404) return "refused";
    answer = await given.json();
  } catch {
    return "waiting";
  }
  if (answer.saved) settle(entry, answer.statement);
  else if (answer.reason === "form" && answer.token && !isAgain) {
    form.elements.csrf_token.value = answer.token;
    return post(entry, true);
  } else if (answer.reason === "form") return "signedOut";
  else hold(entry, answer);
  return "";
}

function settle(entry, statement) {
  const queue = readQueue();
  const now = queue[entry.key];
  if (now?.stamp === entry.stamp) delete queue[entry.key];
  else if (now && statement) now.seen = statement.revision; // it was changed while it was being sent
  writeQueue(queue);
  if (statement) remember(statement);
  else if (entry.act === "remove" && !now?.problem) known.delete(entry.key);
  else look();
}

function hold(entry, answer) {
  const queue = readQueue();
  if (entry.act === "restore") {
    delete queue[entry.key];
    writeQueue(queue);
    if (lastRemoved) put({ ...lastRemoved, act: "save", key: newKey(), seen: 0 }); // the server never had it
    return;
  }
  if (queue[entry.key]?.stamp !== entry.stamp) return;
  Object.assign(queue[entry.key], { problem: answer.reason, message: answer.message, theirs: answer.statement });
  writeQueue(queue);
}

function remember(statement) {
  const entry = { ...statement, key: statement.id, seen: statement.revision };
  for (const name of ["question", "group"]) entry[name] ??= "";
  known.set(entry.key, entry);
  if (!readQueue()[entry.key]) show(entry);
}

/** Look at what other devices have written. */
async function look() {
  if (document.visibilityState !== "visible") return;
  try {
    const given = await fetch(words.now, { redirect: "error" });
    const { statements } = await given.json();
    const there = new Set(statements.map((each) => each.id));
    for (const key of known.keys()) if (!there.has(key)) known.delete(key);
    statements.forEach(remember);
    paint();
  } catch {
    // no network: it is asked again
  }
}

// What the person does.

function read() {
  const entry = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  for (const name of ["is_quote", "may_quote"]) entry[name] = form.elements[name].checked;
  return { ...entry, seen: Number(entry.seen) };
}

function fill(entry) {
  for (const name of FIELDS) {
    if (name === "is_quote" || name === "may_quote") form.elements[name].checked = Boolean(entry[name]);
    else form.elements[name].value = entry[name] ?? "";
  }
  const isEdited = known.has(entry.key) || Boolean(readQueue()[entry.key]);
  form.querySelector("[data-edited]").hidden = !isEdited;
  const button = form.querySelector("[data-add]");
  button.textContent = isEdited ? button.dataset.change : button.dataset.new;
}

function blank() {
  const before = read();
  fill({ ...before, key: newKey(), seen: 0, text: "", said_by: "one", is_quote: false, may_quote: start.may_quote });
  keep(DRAFT, null);
  complain("");
}

function complain(sentence) {
  const error = document.getElementById("text-error");
  error.textContent = sentence;
  error.hidden = !sentence;
  form.querySelector("[data-field]").classList.toggle("wrong", Boolean(sentence));
  form.elements.text.setAttribute("aria-invalid", String(Boolean(sentence)));
}

function add(event) {
  event.preventDefault();
  const entry = read();
  form.elements.text.focus();
  if (!entry.text.trim()) {
    if (Date.now() - added > DOUBLE_CLICK) complain(words.empty);
    return;
  }
  added = Date.now();
  entry.text = entry.text.trim();
  const waiting = readQueue()[entry.key];
  put({ ...entry, act: "save", seen: waiting ? waiting.seen : entry.seen });
  blank();
  itemOf(entry.key).scrollIntoView({ block: "nearest" });
}

function edit(key) {
  fill(readQueue()[key] ?? known.get(key));
  keep(DRAFT, read());
  form.elements.text.focus();
}

function remove(key) {
  const waiting = readQueue()[key];
  lastRemoved = waiting ?? known.get(key);
  page.querySelector("[data-undo]").hidden = false;
  put({ ...lastRemoved, act: "remove" });
  form.elements.text.focus();
}

function undo() {
  page.querySelector("[data-undo]").hidden = true;
  const waiting = readQueue()[lastRemoved.key];
  if (waiting?.act === "remove" && trouble) put({ ...lastRemoved, act: "save" });
  else put({ key: lastRemoved.key, act: "restore" });
}

function choose(key, whose) {
  const entry = readQueue()[key];
  const isGone = entry.problem === "missing" || entry.theirs?.is_removed;
  if (whose === "theirs") {
    drop(key);
    if (entry.theirs && !isGone) remember(entry.theirs);
    if (isGone) known.delete(key);
    paint();
  } else if (isGone) {
    drop(key);
    known.delete(key);
    put({ ...entry, act: "save", key: newKey(), seen: 0 });
  } else if (entry.problem === "changed") put({ ...entry, seen: entry.theirs.revision });
  else {
    drop(key);
    fill(entry);
    paint();
    form.elements.text.focus();
  }
}

function act(event) {
  const item = event.target.closest(".asked .statements > li");
  const key = item?.id.slice(2);
  if (event.target.closest("[data-undo]")) undo();
  else if (event.target.closest("[data-cancel]")) {
    event.preventDefault();
    blank();
    form.elements.text.focus();
  } else if (key && event.target.closest("[data-edit]")) {
    event.preventDefault();
    edit(key);
  } else if (key && event.target.closest("[data-remove] button")) {
    event.preventDefault();
    remove(key);
  } else if (key && event.target.closest("[data-keep]")) choose(key, event.target.closest("[data-keep]").dataset.keep);
}

for (const item of page.querySelectorAll("[data-noted]")) remember(JSON.parse(item.dataset.noted));
const start = read();
const draft = readKept(DRAFT, null);
if (draft?.text && start.seen === 0 && !start.text) fill(draft);
page.addEventListener("click", act);
form.addEventListener("submit", add);
form.addEventListener("input", () => {
  keep(DRAFT, read().text ? read() : null);
  if (form.elements.text.value) complain("");
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
addEventListener("online", send);
addEventListener("storage", (event) => event.key === QUEUE && paint());
document.addEventListener("visibilitychange", () => { send(); look(); });
addEventListener("beforeunload", (event) => { if (Object.keys(readQueue()).length) event.preventDefault(); });
setInterval(look, LOOK_AGAIN);
paint();
send().then(look); // the page may be older than what another tab has sent
