// Work that many events ask for is done once for all of them.

/** A function that runs `work` shortly after it is called, however often it is called until then. */
export function soon(work, milliseconds = 16) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      work();
    }, milliseconds);
  };
}
