/** Letting others run: timers, servers and pages go on while a model trains. */

let last = 0;

/** Yields to the event loop if the last time was more than 10 ms ago. */
export async function pause(): Promise<void> {
  const now = performance.now();
  if (now - last < 10) return;
  await new Promise<void>((resolve) => {
    // A message is served in microseconds; a timer of 0 ms takes one and more.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  last = performance.now();
}
