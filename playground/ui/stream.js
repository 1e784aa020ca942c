// The server's event stream: connects, after a break again with growing pauses, and tells each time that from now on nothing is missed.
import { state, tell } from "./state.js";

const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];

/** Follows /user/stream for `user`; `onEvent` takes each event, `onOpen` runs at the beginning and after each break. */
export function follow(user, onEvent, onOpen) {
  let source = null;
  let failures = 0;
  let timer = 0;

  function connect() {
    clearTimeout(timer);
    source = new EventSource(`/user/stream?user=${encodeURIComponent(user)}`);
    source.onopen = () => {
      failures = 0;
      setLink("open");
      onOpen();
    };
    source.onmessage = (event) => {
      const data = parsed(event.data);
      if (data) onEvent(data);
    };
    source.onerror = () => {
      source.close();
      setLink("broken");
      const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
      failures += 1;
      timer = setTimeout(connect, pause * (0.8 + Math.random() * 0.4));
    };
  }

  window.addEventListener("online", () => source.readyState === EventSource.CLOSED && connect());
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  connect();
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null; // a keep-alive that is not JSON
  }
}

function setLink(link) {
  if (state.link === link) return;
  state.link = link;
  tell("link");
}
