/** Stops a timer that has not fired. */
export type Cancel = () => void;

/**
 * What delivery wants from the outside besides the network: time and chance. Waiting to try again and waiting
 * for an answer are told apart so that a test can skip the first and trigger the second.
 */
export interface DeliveryClock {
  /** Epoch ms. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Calls back after a pause before the next attempt. */
  pause(ms: number, callback: () => void): Cancel;
  /** Calls back when an attempt takes too long. */
  deadline(ms: number, callback: () => void): Cancel;
}

/** The machine's clock. */
export const SYSTEM_CLOCK: DeliveryClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  pause: startTimer,
  deadline: startTimer,
};

function startTimer(ms: number, callback: () => void): Cancel {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
