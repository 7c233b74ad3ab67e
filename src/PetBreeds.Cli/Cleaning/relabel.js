// The dialog that asks for a label, with type-ahead.
import { element, percent, readable } from './cards.js';

const dialog = document.getElementById('relabel');
const wanted = document.getElementById('wanted');
const list = document.getElementById('choices');
let choices = []; // indexes of classes, as listed
let at = 0;
let photo, classes, answer;

/** Asks for a label; resolves to the index of a class, or to null. */
export function ask(about, names) {
  [photo, classes] = [about, names];
  wanted.value = '';
  document.getElementById('about').src = `thumb/${photo.id}`;
  filter();
  dialog.showModal();
  wanted.focus();
  return new Promise(resolve => { answer = resolve; });
}

/** The model's prediction first, then names that start with what was typed, then names that contain it. */
function filter() {
  const typed = wanted.value.trim().toLowerCase();
  const name = i => readable(classes[i]).toLowerCase();
  const rank = i => typed === '' ? (i === photo.predicted ? 0 : 1) : name(i) === typed ? 0 : name(i).startsWith(typed) ? 1 : 2;
  choices = classes.map((_, i) => i)
    .filter(i => i !== photo.label && (name(i).includes(typed) || classes[i].toLowerCase().includes(typed)))
    .sort((a, b) => rank(a) - rank(b) || a - b);
  list.replaceChildren(...choices.map((i, place) => {
    const item = element('li', { id: `choice-${place}`, role: 'option' }, readable(classes[i]),
      i === photo.predicted ? element('small', { textContent: `predicted, ${percent(photo.probability)}` }) : null);
    item.dataset.place = place;
    return item;
  }));
  choose(typed !== '' || choices[0] === photo.predicted ? 0 : -1); // with no prediction and nothing typed, Enter must not choose
}

/** Selects a choice; -1 for none. */
function choose(place) {
  at = Math.min(choices.length - 1, place);
  [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
  wanted.setAttribute('aria-activedescendant', at >= 0 ? `choice-${at}` : '');
  list.children[at]?.scrollIntoView({ block: 'nearest' });
}

function close(label) {
  answer?.(label);
  answer = null;
  dialog.close();
}

wanted.addEventListener('input', filter);
wanted.addEventListener('keydown', event => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) {
    event.preventDefault();
    choose(Math.max(0, at + step));
  }
});
dialog.querySelector('form').addEventListener('submit', event => {
  event.preventDefault();
  if (at >= 0)
    close(choices[at]);
});
list.addEventListener('click', event => {
  const item = event.target.closest('li');
  if (item)
    close(choices[Number(item.dataset.place)]);
});
dialog.addEventListener('click', event => {
  if (event.target === dialog)
    close(null);
});
dialog.addEventListener('close', () => { // Esc
  answer?.(null);
  answer = null;
});
