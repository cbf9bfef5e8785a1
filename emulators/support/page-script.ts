/** The script of every emulator page: tabs, live parts, and sending forms as JSON. Runs in a browser, so it is text. */
export const PAGE_SCRIPT = String.raw`
'use strict';
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);

function showTab() {
  const tabs = all('nav a');
  const wanted = tabs.find((tab) => tab.hash === location.hash) ?? tabs[0];
  for (const tab of tabs) {
    const chosen = tab === wanted;
    if (chosen) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
    document.getElementById('tab-' + tab.dataset.tab).hidden = !chosen;
  }
  refresh();
}

const busy = (part) => {
  const field = document.activeElement;
  return part.contains(field) && /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName);
};

/** Replaces a live part when it changed; what is open or typed stays as it is. */
async function refreshPart(part, force) {
  const response = await fetch(part.dataset.live);
  const text = await response.text();
  if (!response.ok || part.seen === text || (!force && busy(part))) return;
  const open = new Set(all('details[open]', part).map((each) => each.dataset.key));
  const typed = all('details[open] form', part).filter((form) => form.touched);
  if (typed.length > 0 && !force) return;
  part.seen = text;
  part.innerHTML = text;
  for (const each of all('details', part)) if (open.has(each.dataset.key)) each.open = true;
}

async function refresh(force = false) {
  try {
    const shown = all('[data-live]').filter((part) => part.closest('[hidden]') === null);
    await Promise.all(shown.map((part) => refreshPart(part, force)));
    one('#lost').hidden = true;
  } catch {
    one('#lost').hidden = false;
  }
}

function put(target, path, value) {
  const keys = path.split('.');
  const last = keys.pop();
  let place = target;
  for (const [index, key] of keys.entries()) {
    const next = keys[index + 1] ?? last;
    place = place[key] ??= /^\d+$/.test(next) ? [] : {};
  }
  place[last] = value;
}

/** Lists without the rows that were left empty. */
const compact = (value) =>
  Array.isArray(value)
    ? value.filter((each) => each !== undefined).map(compact)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, compact(each)]))
      : value;

function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.type === 'checkbox') {
      if (field.checked) put(body, field.name, true);
      continue;
    }
    const text = field.value.trim();
    // A row without its key field (data-needs) was left empty.
    const key = field.dataset.needs && form.elements[field.dataset.needs];
    if (text === '' || (key && key.value.trim() === '')) continue;
    const as = field.dataset.as;
    put(body, field.name, as === 'number' ? Number(text) : as === 'json' ? JSON.parse(text) : text);
  }
  return compact(body);
}

let noticeTimer;
function say(text, kind) {
  const notice = one('#notice');
  notice.textContent = text;
  notice.className = kind;
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (notice.hidden = true), kind === 'bad' ? 12000 : 3500);
}

async function send(origin, makeBody) {
  const [method, path] = origin.dataset.send.split(' ');
  origin.setAttribute('aria-busy', 'true');
  try {
    const body = makeBody();
    const response = await fetch(path, { method, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    let answer;
    try { answer = JSON.parse(text); } catch { answer = undefined; }
    if (!response.ok) throw new Error(answer?.error ?? 'HTTP ' + response.status);
    const done = origin.dataset.done ?? 'Готово';
    say(done.replace('{id}', answer?.id ?? ''), 'good');
    origin.touched = false;
    if (origin.dataset.clear !== undefined) origin.reset();
    document.activeElement?.blur();
    await refresh(true);
  } catch (error) {
    const what = error instanceof TypeError ? 'емулаторът не отговаря' : error.message;
    say('Не стана: ' + what, 'bad');
  } finally {
    origin.removeAttribute('aria-busy');
  }
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.send) send(form, () => bodyOf(form));
});
document.addEventListener('input', (event) => {
  const form = event.target.closest('form');
  if (form) form.touched = true;
  const sender = event.target.closest('[data-send-on-change]');
  if (!sender) return;
  const value = sender.dataset.as === 'json' ? JSON.parse(sender.value) : sender.value;
  send(sender, () => ({ [sender.name]: value }));
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-send]');
  if (!button || (button.dataset.confirm && !confirm(button.dataset.confirm))) return;
  send(button, () => JSON.parse(button.dataset.body ?? '{}'));
});
addEventListener('hashchange', showTab);
showTab();
setInterval(() => {
  if (!document.hidden) refresh();
}, 1500);
`;
