import type { AllowPrivate } from '../delivery/addresses.ts';
import { tryReadSecretFile, tryReadSecretVariable } from '../delivery/secret.ts';
import { WebhookDelivery } from '../delivery/webhook-delivery.ts';
import { WebhookError } from '../delivery/webhook-options.ts';

/** The options of a command that concern a webhook. */
export interface WebhookFlags {
  readonly webhook?: string;
  readonly webhookSecretFile?: string;
  readonly webhookSecretEnv?: string;
  readonly allowPrivate?: readonly string[];
  readonly deadLetters: string;
  readonly deliver?: boolean;
}

/** Sets up the delivery; null when none was asked for, an error text when the flags do not allow one. */
export async function openWebhook(flags: WebhookFlags): Promise<WebhookDelivery | null | { error: string }> {
  if (flags.webhook === undefined) return null;
  const secrets =
    flags.webhookSecretFile !== undefined
      ? await tryReadSecretFile(flags.webhookSecretFile)
      : flags.webhookSecretEnv !== undefined
        ? tryReadSecretVariable(flags.webhookSecretEnv, process.env)
        : { secrets: [], warnings: ['alerts are sent unsigned: there is no --webhook-secret-file'] };
  if ('error' in secrets) return secrets;
  try {
    const delivery = new WebhookDelivery({
      url: flags.webhook,
      secrets: secrets.secrets,
      deadLetterFile: flags.deadLetters,
      version: '0.1.0',
      replay: true,
      allowPrivate: allowed(flags.allowPrivate),
      onNotice: (notice) => process.stderr.write(`webhook: ${notice.text}\n`),
    });
    for (const warning of secrets.warnings) process.stderr.write(`webhook: ${warning}\n`);
    if (flags.deliver === true) return delivery;
    // The flags are checked even when nothing is sent.
    await delivery.close();
    return null;
  } catch (error) {
    if (error instanceof WebhookError || error instanceof RangeError) return { error: error.message };
    throw error;
  }
}

function allowed(ranges: readonly string[] | undefined): AllowPrivate {
  if (ranges === undefined || ranges.length === 0) return false;
  return ranges.includes('all') ? true : ranges;
}
