import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AddressPolicy } from './addresses.ts';
import type { DeliveryClock } from './delivery-clock.ts';
import { type Endpoint, guardedLookup, judgeAddress, RefusedAddressError, type Resolve } from './endpoint.ts';

type Created = (error: Error | null, socket: Duplex) => void;

/** How connections to an endpoint are made. */
export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
  readonly clock: DeliveryClock;
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  /** Certificates (PEM) of a private authority, instead of the well-known ones. */
  readonly ca?: string;
}

/**
 * Makes the connection pool of an endpoint. A connection is handed to a request only after the address it
 * really reached has been checked, so nothing is sent to a refused one. TLS 1.2 or newer, certificates always
 * verified; no proxy.
 */
export function makeAgent(options: ConnectionOptions): HttpAgent {
  const pool = {
    keepAlive: true,
    maxSockets: options.connectionsMax,
    maxFreeSockets: options.connectionsMax,
  };
  const lookup = guardedLookup(options.endpoint, options.policy, options.resolve);
  return options.endpoint.isPlain
    ? new GuardedHttpAgent({ ...pool, lookup } as object, options)
    : new GuardedHttpsAgent(
        {
          ...pool,
          lookup,
          minVersion: 'TLSv1.2',
          rejectUnauthorized: true,
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        } as object,
        options,
      );
}

class GuardedHttpAgent extends HttpAgent {
  private readonly gate: Gate;

  constructor(pool: object, options: ConnectionOptions) {
    super(pool);
    this.gate = new Gate(options, 'connect');
  }

  override createConnection(args: ClientRequestArgs, created?: Created): undefined {
    this.gate.hold(super.createConnection(args) as Socket, created as Created);
  }

  override destroy(): void {
    this.gate.close();
    super.destroy();
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  private readonly gate: Gate;

  constructor(pool: object, options: ConnectionOptions) {
    super(pool);
    this.gate = new Gate(options, 'secureConnect');
  }

  override createConnection(args: RequestOptions, created?: Created): undefined {
    this.gate.hold(super.createConnection(args) as Socket, created as Created);
  }

  override destroy(): void {
    this.gate.close();
    super.destroy();
  }
}

/** Holds a new socket back until it is connected and its address is checked. */
class Gate {
  private readonly options: ConnectionOptions;
  private readonly readyEvent: 'connect' | 'secureConnect';
  private readonly connecting = new Set<Socket>();

  constructor(options: ConnectionOptions, readyEvent: 'connect' | 'secureConnect') {
    this.options = options;
    this.readyEvent = readyEvent;
  }

  hold(socket: Socket, created: Created): void {
    const { endpoint, policy, clock, timeoutMs } = this.options;
    this.connecting.add(socket);
    const cancel = clock.deadline(timeoutMs, () => socket.destroy(new Error('no connection in time')));
    const onFailed = (error?: Error) => {
      finish();
      // The socket has failed; a late error must not crash the process.
      socket.on('error', () => {});
      created(error ?? new Error('the connection was closed while it was made'), socket);
    };
    const onClose = () => onFailed();
    const onReady = () => {
      const refusal = judgeAddress(socket.remoteAddress ?? '', endpoint, policy);
      if (refusal === null) {
        finish();
        created(null, socket);
      } else {
        socket.destroy(
          new RefusedAddressError(`the connection reached an address that is refused: ${refusal}`),
        );
      }
    };
    const finish = () => {
      cancel();
      this.connecting.delete(socket);
      socket.off('error', onFailed).off('close', onClose).off(this.readyEvent, onReady);
    };
    socket.on('error', onFailed).on('close', onClose).on(this.readyEvent, onReady);
  }

  close(): void {
    for (const socket of this.connecting) socket.destroy();
  }
}
