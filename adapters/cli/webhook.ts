import type { TimeUnit } from '../../engine/time/time-base.ts';
import type { AllowPrivate } from '../delivery/addresses.ts';
import { tryReadSecretFile, tryReadSecretVariable } from '../delivery/secret.ts';
import { WebhookDelivery } from '../delivery/webhook-delivery.ts';
import { WebhookError } from '../delivery/webhook-options.ts';
import type { Log } from '../log/log.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { packageVersion } from './version.ts';

/** The options of a command that concern a webhook. */
export interface WebhookFlags {
  readonly webhook?: string;
  readonly webhookSecretFile?: string;
  readonly webhookSecretEnv?: string;
  readonly allowPrivate?: readonly string[];
  readonly deadLetters: string;
  readonly deliver?: boolean;
}

/** Sets up the delivery; null when nothing is to be sent. Fails when the flags allow no delivery. */
export async function openWebhook(
  flags: WebhookFlags,
  timeUnit: TimeUnit,
  log: Log,
): Promise<WebhookDelivery | null> {
  if (flags.webhook === undefined) return null;
  const { secrets, warnings } = await readSecrets(flags);
  try {
    const delivery = new WebhookDelivery({
      url: flags.webhook,
      secrets,
      deadLetterFile: flags.deadLetters,
      version: packageVersion(),
      replay: true,
      timeUnit,
      allowPrivate: allowed(flags.allowPrivate),
      onNotice: ({ code, text, alertId }) => {
        const isTrouble = code === 'dead-letter' || code === 'endpoint-disabled';
        log[isTrouble ? 'error' : 'warn']({ code, alertId }, text);
      },
    });
    for (const warning of warnings) log.warn({ code: 'webhook' }, warning);
    if (flags.deliver === true) return delivery;
    // The flags are checked even when nothing is sent.
    await delivery.close();
    return null;
  } catch (error) {
    if (error instanceof WebhookError || error instanceof RangeError) {
      throw new CommandFailure(EXIT.usage, error.message);
    }
    throw error;
  }
}

async function readSecrets(flags: WebhookFlags) {
  const { webhookSecretFile, webhookSecretEnv } = flags;
  if (webhookSecretFile === undefined && webhookSecretEnv === undefined) {
    return { secrets: [], warnings: ['alerts are sent unsigned: there is no --webhook-secret-file'] };
  }
  const read =
    webhookSecretFile !== undefined
      ? await tryReadSecretFile(webhookSecretFile)
      : tryReadSecretVariable(webhookSecretEnv as string, process.env);
  if ('error' in read) throw new CommandFailure(EXIT.usage, read.error);
  return read;
}

function allowed(ranges: readonly string[] | undefined): AllowPrivate {
  if (ranges === undefined || ranges.length === 0) return false;
  return ranges.includes('all') ? true : ranges;
}
