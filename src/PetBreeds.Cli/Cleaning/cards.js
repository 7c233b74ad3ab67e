// Builds the cards. Names from the data set become text nodes and properties, never markup.

/** An element with properties and children; strings become text. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** "american_bulldog" becomes "american bulldog", as in the report. */
export const readable = name => name.replaceAll('_', ' ');

/** A photo's file name without its folder. */
export const short = photo => photo.name.split('/').at(-1);

export const percent = p => p > 0 && p < .005 ? 'under 1%' : p < 1 && p > .995 ? 'over 99%' : `${Math.round(100 * p)}%`;

const said = { keep: 'kept', delete: 'left out' };

/** The decision in words; empty if there is none. */
export const decided = photo => photo.action === 'relabel' ? `→ ${readable(photo.newLabel)}` : said[photo.action] ?? '';

/** The model's prediction for a photo: text and elements. */
export function opinion(photo, classes) {
  if (photo.predicted < 0)
    return ['not ranked by the model'];
  return photo.predicted === photo.label
    ? [`the model agrees, ${percent(photo.probability)}`]
    : ['the model says ', element('b', { textContent: readable(classes[photo.predicted]) }),
      ` ${percent(photo.probability)}, this label ${percent(photo.labelProbability)}`];
}

/** A card; data-does on a button names its action. */
export function card(photo, classes) {
  const picture = element('img', { src: `thumb/${photo.id}`, alt: photo.name, loading: 'lazy', decoding: 'async' });
  picture.addEventListener('error', () => picture.replaceWith(element('span', { className: 'missing', textContent: 'cannot be shown' })));
  const made = element('article', { className: 'card', tabIndex: -1 },
    element('div', { className: 'picture' }, picture, element('span', { className: 'badge' })),
    element('div', { className: 'words' },
      element('p', { className: 'label', textContent: readable(classes[photo.label]) }),
      element('p', { className: photo.suspect ? 'doubt' : 'soft' }, ...opinion(photo, classes)),
      element('p', { className: 'file', textContent: `${photo.split} · ${short(photo)}`, title: photo.name })),
    element('div', { className: 'does' },
      ...[['keep', 'Keep'], ['delete', 'Delete'], ['relabel', 'Relabel']].map(([does, text]) => {
        const button = element('button', { type: 'button', textContent: text, tabIndex: -1 });
        button.dataset.does = does;
        return button;
      })));
  made.dataset.id = photo.id;
  mark(made, photo);
  return made;
}

/** Shows the decision on a card. */
export function mark(made, photo) {
  made.classList.remove('keep', 'delete', 'relabel');
  if (photo.action)
    made.classList.add(photo.action);
  const badge = made.querySelector('.badge');
  badge.textContent = decided(photo);
  badge.hidden = !photo.action;
  made.querySelector('.label').classList.toggle('was', photo.action === 'relabel');
  for (const button of made.querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset.does === photo.action));
}

/** Cards in boxes, one per group of photos that look the same. */
export function groups(photos, cards, classes) {
  const boxes = new Map();
  photos.forEach((photo, i) => {
    if (!boxes.has(photo.group))
      boxes.set(photo.group, []);
    boxes.get(photo.group).push(i);
  });
  return [...boxes.values()].map(members => {
    const of = key => [...new Set(members.map(i => photos[i][key]))];
    const warnings = [
      of('label').length > 1 ? ` with different labels: ${of('label').map(label => readable(classes[label])).join(', ')}` : '',
      of('split').length > 1 ? ` in different splits: ${of('split').join(', ')}` : '',
    ].filter(Boolean).join(';');
    return element('section', { className: 'group' },
      element('h2', {}, `${members.length} photos that look the same`, element('span', { textContent: warnings })),
      element('div', {}, ...members.map(i => cards[i])));
  });
}
