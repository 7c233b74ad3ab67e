// The cleaning page: shows one page of photos at a time and sends each decision to the program at once.
import { card, decided, element, groups, mark, opinion, readable, short } from './cards.js';
import { ask } from './relabel.js';

const $ = id => document.getElementById(id);
const filters = { view: 'suspects', class: '', split: '', open: false, page: 0 };
let state, photos = [], cards = [], current = 0, pages = 0;
let changed = false; // whether a decision changed since the photos were loaded
let queue = Promise.resolve();

async function call(path, body) {
  const post = () => ({ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const reply = await fetch(path, body === undefined ? {} : post())
    .catch(() => { throw new Error('petbreeds is not responding. Is it still running? Your decisions so far are saved.'); });
  const answer = await reply.json();
  if (!reply.ok)
    throw new Error(answer.problem);
  return answer;
}

/** Runs work after all earlier work (a fast second key is meant for the next photo) and shows errors at the top of the page. */
function safely(work) {
  queue = queue.then(() => attempt(work));
}

async function attempt(work) {
  try {
    await work();
    $('problem').hidden = true;
  } catch (error) {
    $('problem').textContent = error.message;
    $('problem').hidden = false;
    scrollTo({ top: 0 });
  }
}

async function load(focus = null) {
  const query = new URLSearchParams({ ...filters, open: filters.open ? '1' : '' });
  const found = await call(`photos?${query}`);
  [photos, pages, filters.page, changed] = [found.photos, found.pages, found.page, false];
  cards = photos.map(photo => card(photo, state.classes));
  const grouped = filters.view === 'copies';
  $('cards').className = grouped ? 'groups' : '';
  $('cards').replaceChildren(...(photos.length === 0 ? [element('p', { className: 'empty', textContent: nothing() })]
    : grouped ? groups(photos, cards, state.classes) : cards));
  $('lead').textContent = photos.length === 0 ? '' : lead(found.total);
  $('page').textContent = `${found.page + 1} of ${pages}`;
  $('pages').hidden = pages < 2;
  $('previous').disabled = found.page === 0;
  $('next').disabled = found.page >= pages - 1;
  select(focus === 'last' ? photos.length - 1 : 0, focus !== null);
  history.replaceState(null, '', `#${query}`);
}

function lead(total) {
  const count = total === 1 ? '1 photo' : `${total.toLocaleString('en')} photos`;
  return {
    suspects: `${count} with doubtful labels, most doubtful first.`,
    copies: `${count} that look the same as another. Copies in two splits make a model look better than it is; `
      + 'copies with different labels contradict each other.',
    all: `${count}, most doubtful labels first.`,
    decided: `${count} decided, latest first.`,
  }[filters.view];
}

function nothing() {
  const narrow = filters.class || filters.split || filters.open ? ' with these filters' : '';
  return {
    suspects: `No doubtful labels${narrow}.`,
    copies: `No copies${narrow}.`,
    all: `No photos${narrow}.`,
    decided: `No decisions${narrow || ' yet'}.`,
  }[filters.view];
}

function select(i, focus) {
  if (cards.length === 0)
    return;
  cards[current]?.setAttribute('tabindex', '-1');
  current = Math.max(0, Math.min(cards.length - 1, i));
  cards[current].tabIndex = 0;
  if (focus)
    cards[current].focus();
  if ($('large').open)
    enlarge();
}

/** Moves to another photo, past the edge to another page. */
async function move(by) {
  if (current + by >= 0 && current + by < cards.length)
    select(current + by, true);
  else if (by > 0)
    await forward();
  else if (filters.page > 0) {
    filters.page--;
    await load('last');
  }
}

/** If only undecided photos are shown, those just decided leave the page and others move up. */
async function forward() {
  if (filters.open && filters.view !== 'decided' && changed)
    await load('first');
  else if (filters.page < pages - 1) {
    filters.page++;
    await load('first');
  }
}

function columns() {
  const top = cards[current]?.getBoundingClientRect().top;
  return Math.max(1, cards.filter(other => Math.abs(other.getBoundingClientRect().top - top) < 4).length);
}

async function decide(action, onwards, about = photos[current]?.id) {
  const place = photos.findIndex(photo => photo.id === about);
  if (place < 0)
    return;
  const photo = photos[place];
  const label = action === 'relabel' ? await ask(photo, state.classes) : undefined;
  if (label === null)
    return select(place, true);
  const answer = await call('decide', { photo: photo.id, action, label });
  show(answer.photo, answer.decided);
  if (onwards && place < cards.length - 1)
    select(place + 1, true);
  else if (onwards)
    await forward();
  else
    select(place, true);
}

async function undo() {
  const answer = await call('undo', {});
  if (answer.photo === null)
    return say('nothing to undo');
  show(answer.photo, answer.decided);
  say(`undone: ${short(answer.photo)}`);
  const place = photos.findIndex(photo => photo.id === answer.photo.id);
  if (place >= 0)
    select(place, true);
}

/** Shows the current decision on a photo. */
function show(photo, counts) {
  state.decided = counts;
  const place = photos.findIndex(other => other.id === photo.id);
  if (place >= 0) {
    changed = true;
    photos[place] = photo;
    mark(cards[place], photo);
  }
  tell();
  if (photo.action)
    say(`${short(photo)}: ${decided(photo)}`);
  if ($('large').open)
    enlarge();
}

function tell() {
  const { keep, delete: left, relabel } = state.decided;
  const numbers = { suspects: state.suspects, copies: state.copies, all: state.photos, decided: keep + left + relabel };
  for (const tab of document.querySelectorAll('.tabs button'))
    tab.querySelector('span').textContent = numbers[tab.dataset.view].toLocaleString('en');
  say('');
}

function say(last) {
  const { keep, delete: left, relabel } = state.decided;
  const counts = element('b', { textContent: `${keep} kept, ${relabel} relabelled, ${left} left out` });
  $('status').replaceChildren(counts, last ? ` · ${last}` : ' · saved as you go');
}

function enlarge() {
  const photo = photos[current];
  if (!photo)
    return;
  const image = $('large').querySelector('img');
  image.src = `photo/${photo.id}`;
  image.alt = photo.name;
  const label = element('b', { textContent: readable(state.classes[photo.label]) });
  $('large').querySelector('p').replaceChildren(label, ` ${decided(photo)} · `, ...opinion(photo, state.classes));
  if (!$('large').open)
    $('large').showModal();
}

const keys = {
  ArrowRight: () => move(1),
  ArrowLeft: () => move(-1),
  ArrowDown: () => move($('large').open ? 1 : columns()),
  ArrowUp: () => move($('large').open ? -1 : -columns()),
  k: () => decide('keep', true),
  d: () => decide('delete', true),
  r: () => decide('relabel', true),
  u: undo,
  Enter: enlarge,
  '?': () => $('helping').showModal(),
};

document.addEventListener('keydown', event => {
  const typing = event.target.closest('input[type=text], select') || $('relabel').open || $('helping').open;
  const pressing = event.key === 'Enter' && event.target.closest('button');
  const held = event.repeat && !event.key.startsWith('Arrow'); // each decision needs its own key press
  if (typing || held || pressing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key))
    return;
  event.preventDefault();
  safely(keys[event.key]);
});

$('cards').addEventListener('click', event => {
  const place = cards.indexOf(event.target.closest('.card'));
  if (place < 0)
    return;
  const button = event.target.closest('button');
  const about = photos[place].id;
  select(place, true);
  if (button)
    safely(() => decide(button.dataset.does, false, about));
  else if (event.target.closest('.picture'))
    enlarge();
});

function filter(name, value) {
  filters[name] = value;
  filters.page = 0;
  for (const tab of document.querySelectorAll('.tabs button'))
    tab.setAttribute('aria-pressed', String(tab.dataset.view === filters.view));
  safely(() => load());
}

for (const tab of document.querySelectorAll('.tabs button'))
  tab.addEventListener('click', () => filter('view', tab.dataset.view));
for (const name of ['class', 'split'])
  $(name).addEventListener('change', event => filter(name, event.target.value));
$('open').addEventListener('change', event => filter('open', event.target.checked));
$('undo').addEventListener('click', () => safely(undo));
$('help').addEventListener('click', () => $('helping').showModal());
$('helping').querySelector('button').addEventListener('click', () => $('helping').close());
$('large').addEventListener('click', event => event.target.closest('img') || $('large').close());
$('large').addEventListener('close', () => select(current, true));
$('previous').addEventListener('click', () => safely(async () => { filters.page--; await load('first'); scrollTo({ top: 0 }); }));
$('next').addEventListener('click', () => safely(async () => { await forward(); scrollTo({ top: 0 }); }));

safely(async () => {
  state = await call('state');
  document.title = `Cleaning ${state.title}`;
  $('title').textContent = `Cleaning ${state.title}`;
  $('how').textContent = state.how;
  $('file').textContent = state.file;
  $('command').textContent = state.command;
  for (const { label, photos: count } of state.counts)
    $('class').append(element('option', { value: label, textContent: `${readable(state.classes[label])} (${count})` }));
  for (const split of state.splits)
    $('split').append(element('option', { value: split, textContent: split }));
  $('split').hidden = state.splits.length < 2;
  const kept = new URLSearchParams(location.hash.slice(1));
  Object.assign(filters, {
    view: kept.get('view') || (state.suspects > 0 ? 'suspects' : 'all'),
    class: kept.get('class') ?? '',
    split: kept.get('split') ?? '',
    open: kept.get('open') === '1',
    page: Number(kept.get('page')) || 0,
  });
  [$('class').value, $('split').value, $('open').checked] = [filters.class, filters.split, filters.open];
  for (const tab of document.querySelectorAll('.tabs button'))
    tab.setAttribute('aria-pressed', String(tab.dataset.view === filters.view));
  tell();
  await load('first');
});
