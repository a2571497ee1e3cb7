import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What a receiver does with request number `index`, from 0 on. */
export type Answer = (request: Received, response: ServerResponse, index: number) => void;

/** A real HTTP server on a free port of this machine that keeps what it got. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  private readonly server: Server;
  private readonly waiters: { count: number; resolve: () => void }[] = [];

  private constructor(answer: Answer) {
    this.server = createServer((request, response) => {
      void this.receive(request, response, answer);
    });
  }

  static async start(answer: Answer, host = '127.0.0.1', port = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(answer);
    await new Promise<void>((resolve, reject) => {
      receiver.server.on('error', reject).listen(port, host, resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Resolves when so many requests have arrived in all. */
  async arrived(count: number): Promise<void> {
    if (this.received.length < count) {
      await new Promise<void>((resolve) => this.waiters.push({ count, resolve }));
    }
  }

  /** Resolves when every connection has ended; a client that keeps one open makes it hang. */
  async stop(): Promise<void> {
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  /** Ends all connections. */
  async kill(): Promise<void> {
    const stopped = this.stop();
    this.server.closeAllConnections();
    await stopped;
  }

  private async receive(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      method: request.method as string,
      path: request.url as string,
      headers: request.headers as { [name: string]: string },
      body: Buffer.concat(chunks).toString(),
    };
    this.received.push(received);
    answer(received, response, this.received.length - 1);
    for (const { count, resolve } of this.waiters) if (this.received.length >= count) resolve();
  }
}

/** Answers with these statuses in turn, the last one for ever. */
export function statuses(
  ...list: readonly (number | readonly [number, { readonly [name: string]: string }])[]
): Answer {
  return (_, response, index) => {
    const step = list[Math.min(index, list.length - 1)] as (typeof list)[number];
    const [status, headers] = typeof step === 'number' ? [step, {}] : step;
    response.writeHead(status, headers).end();
  };
}

/** A real TCP server that hands each request's socket over as soon as its first bytes are there. */
export async function startRawServer(
  onRequest: (socket: Socket, index: number) => void,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => onRequest(socket, count++));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    stop: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await stopped;
    },
  };
}
