// Shows a photo and what the model says of it.
const $ = id => document.getElementById(id);
const LONGEST = 1200; // pixels of a picture on the page

const percent = share => share < .0005 ? 'below 0.1%' : `${(100 * share).toFixed(share > .9995 ? 0 : 1)}%`;

/** Draws a picture into a canvas; no address of a picture is needed, so the policy of the page can forbid them all. */
export async function draw(canvas, blob, label) {
  const picture = await createImageBitmap(blob);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute('aria-label', label);
  picture.close();
}

/** The bars of an answer. With look, each is a button that shows where its class was seen. */
export function show(photo, threshold, look) {
  const [best] = photo.predictions;
  $('answer').textContent = photo.none_of_these ? 'None of these' : best.class;
  $('lead').textContent = !photo.none_of_these ? `${percent(best.probability)} sure`
    : photo.unfamiliar ? 'Unlike the photos of its classes. Closest:'
    : best ? `No class reaches ${percent(threshold)}. Closest:` : `No class reaches ${percent(threshold)}.`;
  $('bars').classList.toggle('none', photo.none_of_these);
  $('bars').replaceChildren(...photo.predictions.map(entry => row(entry, look)));
  $('hint').hidden = !look || photo.predictions.length === 0;
}

/** The same in words, for those who hear the page. */
export function spoken(photo) {
  const classes = photo.predictions.map(entry => `${entry.class} ${percent(entry.probability)}`).join(', ');
  return `${photo.none_of_these ? 'None of these. Closest: ' : ''}${classes}`;
}

export function clear(message) {
  $('answer').textContent = message;
  $('lead').textContent = '';
  $('bars').replaceChildren();
  $('hint').hidden = true;
}

function row(entry, look) {
  const bar = document.createElement(look ? 'button' : 'div');
  bar.className = 'bar';
  bar.append(element('b', entry.class), element('span', percent(entry.probability)), element('i', ''));
  bar.style.setProperty('--share', `${100 * entry.probability}%`);
  if (look) {
    bar.type = 'button';
    bar.setAttribute('aria-pressed', 'false');
    bar.addEventListener('click', () => look(entry.class, bar));
  }
  const item = document.createElement('li');
  item.append(bar);
  return item;
}

export function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
