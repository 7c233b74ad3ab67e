// Talks to the server. Where it asks for a key, so does the page; the key is kept as long as the tab is open.
const $ = id => document.getElementById(id);
const STORED = 'petbreeds-key';

/** The reply to a request; what the server refuses is an Error with its words. */
export async function call(path, body) {
  for (let wrong = ''; ;) {
    const reply = await fetch(path, request(body))
      .catch(() => { throw new Error('The server does not answer. Is it still running?'); });
    if (reply.ok)
      return reply;
    if (reply.status !== 401)
      throw new Error(await words(reply));
    await askForKey(wrong);
    wrong = 'The key was not accepted.';
  }
}

function request(body) {
  const headers = {}, key = sessionStorage.getItem(STORED);
  if (key)
    headers.Authorization = `Bearer ${key}`;
  if (body === undefined)
    return { headers };
  headers['Content-Type'] = 'application/octet-stream'; // the content tells what it is
  return { method: 'POST', headers, body };
}

async function words(reply) {
  const problem = await reply.json().catch(() => ({}));
  const detail = problem.detail ?? `the server answered ${reply.status}`;
  return `${detail[0].toUpperCase()}${detail.slice(1)}.`;
}

let asking;

/** One dialog, however many requests wait for it. */
function askForKey(wrong) {
  asking ??= new Promise(resolve => {
    $('wrong').textContent = wrong;
    $('key').value = '';
    $('locked').addEventListener('close', () => {
      if ($('key').value)
        sessionStorage.setItem(STORED, $('key').value);
      asking = undefined;
      resolve();
    }, { once: true });
    $('locked').showModal();
  });
  return asking;
}
