import { Callback } from '../callback.js';
import { pythonJson } from './python-json.js';
import type { EpochEnd } from '../callback.js';

/** As much of `fetch` as is needed. */
export type Post = (
  url: string,
  init: { readonly method: 'POST'; readonly headers: Record<string, string>; readonly body: string },
) => Promise<unknown>;

export interface RemoteMonitorOptions {
  /** @defaultValue 'http://localhost:9000' */
  readonly root?: string;
  /** @defaultValue '/publish/epoch/end/' */
  readonly path?: string;
  /** The field of the form that holds the logs as JSON. @defaultValue 'data' */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the logs are sent as JSON itself, not in a form. @defaultValue false */
  readonly sendAsJson?: boolean;
  /** @defaultValue the platform's */
  readonly fetch?: Post;
}

/** Sends the number of every epoch and its logs to a server, in a POST request. A server that cannot be reached is a warning. */
export class RemoteMonitor extends Callback {
  private readonly options: RemoteMonitorOptions;

  constructor(options: RemoteMonitorOptions = {}) {
    super();
    this.options = options;
  }

  override async onEpochEnd({ epoch, logs, training }: EpochEnd): Promise<void> {
    const { root = 'http://localhost:9000', path = '/publish/epoch/end/', field = 'data', headers = {}, sendAsJson = false } = this.options;
    const post: Post = this.options.fetch ?? ((url, init) => fetch(url, init));
    const text = pythonJson({ epoch, ...logs }, ['epoch']);
    const type = sendAsJson ? 'application/json' : 'application/x-www-form-urlencoded';
    const body = sendAsJson ? text : new URLSearchParams({ [field]: text }).toString();
    try {
      await post(root + path, { method: 'POST', headers: { 'Content-Type': type, ...headers }, body });
    } catch (error) {
      training.warn(`RemoteMonitor: could not reach ${root}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
