// The page shown while the database is away: asks for the same address again, and goes there once it answers.

const EVERY_MS = 5000;
const AWAY = 503;

async function ask() {
  try {
    const { status } = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(EVERY_MS) });
    if (status !== AWAY) location.replace(location.href);
  } catch {
    // the network is away too: the next turn asks again
  }
}

setInterval(ask, EVERY_MS);
