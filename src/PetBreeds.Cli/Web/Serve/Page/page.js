// The page of `petbreeds serve`: takes a photo however it comes, and shows the answer.
import { clear, draw, element, show, spoken } from './answer.js';
import { call } from './server.js';

const $ = id => document.getElementById(id);
let models = [], limits, photo, turn = 0;

const megabytes = bytes => `${(bytes / 1048576).toFixed(1)} MB`;
const chosen = () => models[$('models').selectedIndex] ?? models[0];

/** Does something; what goes wrong is said at the top of the page. */
async function attempt(work) {
  try {
    $('problem').hidden = true;
    await work();
  } catch (error) {
    $('problem').textContent = error.message;
    $('problem').hidden = false;
    $('problem').scrollIntoView({ block: 'nearest' });
  }
}

async function start() {
  limits = await (await call('v1/models')).json();
  models = limits.models;
  $('models').replaceChildren(...models.map(model => element('option', model.name)));
  $('choice').hidden = models.length < 2;
  describe();
  await offerExamples();
}

function describe() {
  const model = chosen();
  $('model').textContent = `${model.architecture}, ${model.classes.length} classes, from ${model.run}`;
  $('strict').hidden = !model.calibrated;
}

async function offerExamples() {
  const examples = await (await call('v1/examples')).json();
  const items = await Promise.all(examples.map(async example => {
    const picture = await (await call(example.url)).blob();
    const [item, button, canvas] = ['li', 'button', 'canvas'].map(name => element(name, ''));
    await draw(canvas, picture, '');
    canvas.setAttribute('aria-hidden', 'true');
    button.type = 'button';
    button.append(canvas, element('span', example.label));
    button.addEventListener('click', () => attempt(() => take(picture, `validation photo of ${example.label}`)));
    item.append(button);
    return item;
  }));
  $('examples').querySelector('ul').replaceChildren(...items);
  $('examples').hidden = items.length === 0;
}

/** A photo that was dropped, pasted, picked or taken. */
async function take(file, name) {
  photo = { file, name };
  $('result').hidden = false;
  document.body.classList.add('answered');
  clear('');
  $('caption').textContent = name;
  await draw($('photo'), file, `Your photo: ${name}`).catch(() => {
    $('photo').width = $('photo').height = 1; // the browser cannot show it; the server may still read it, or says what it is
    $('photo').setAttribute('aria-label', 'The photo cannot be shown');
  });
  await ask();
}

/** Of answers that overtake each other, the last question's counts. */
async function ask() {
  const mine = ++turn, { file } = photo;
  if (file.size > limits.max_body_bytes)
    throw new Error(`The photo has ${megabytes(file.size)}, more than the limit of ${megabytes(limits.max_body_bytes)}.`);
  const model = chosen(), query = new URLSearchParams({ model: model.name, top: 5 });
  if (model.calibrated && $('reject').value)
    query.set('reject-at', $('reject').value);
  $('result').setAttribute('aria-busy', 'true');
  try {
    const answer = await (await call(`v1/predict?${query}`, file)).json();
    if (mine !== turn)
      return;
    show(answer.photos[0], answer.threshold, model.heat_maps ? look : null);
    $('status').textContent = spoken(answer.photos[0]);
  } catch (error) {
    if (mine !== turn)
      return;
    clear('No answer');
    throw error;
  } finally {
    if (mine === turn)
      $('result').removeAttribute('aria-busy');
  }
}

/** Shows where a class was seen, or the photo again. */
function look(name, bar) {
  return attempt(async () => {
    const mine = turn, on = bar.getAttribute('aria-pressed') !== 'true';
    for (const other of document.querySelectorAll('.bar'))
      other.setAttribute('aria-pressed', `${on && other === bar}`);
    const query = new URLSearchParams({ model: chosen().name, class: name });
    const picture = on ? await (await call(`v1/heatmap?${query}`, photo.file)).blob() : photo.file;
    if (mine !== turn || (bar.getAttribute('aria-pressed') === 'true') !== on)
      return;
    await draw($('photo'), picture, on ? `Where the model saw ${name}` : `Your photo: ${photo.name}`);
    $('caption').textContent = on ? `Bright areas support ${name}. The square is the network's input.` : photo.name;
    $('status').textContent = $('photo').getAttribute('aria-label');
  });
}

/** The first picture among files; anything else is said. */
function takeFirst(files) {
  if (files.length > 0)
    attempt(() => take(files[0], files[0].name || 'pasted picture'));
}

for (const [button, input] of [['pick', 'file'], ['shoot', 'camera']]) {
  $(button).addEventListener('click', () => $(input).click());
  $(input).addEventListener('change', () => {
    takeFirst([...$(input).files]);
    $(input).value = ''; // the same photo may be picked again
  });
}
addEventListener('paste', event => {
  if ([...event.clipboardData.files].length > 0) {
    event.preventDefault();
    takeFirst([...event.clipboardData.files]);
  }
});
addEventListener('dragover', event => {
  event.preventDefault();
  document.body.classList.add('dragging');
});
addEventListener('dragleave', event => {
  if (!event.relatedTarget)
    document.body.classList.remove('dragging');
});
addEventListener('drop', event => {
  event.preventDefault();
  document.body.classList.remove('dragging');
  takeFirst([...event.dataTransfer.files]);
});
$('models').addEventListener('change', () => {
  describe();
  if (photo)
    attempt(() => take(photo.file, photo.name));
});
$('reject').addEventListener('change', () => attempt(ask));
attempt(start);
