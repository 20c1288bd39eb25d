import { observe } from './observe.mjs';

globalThis.postMessage(await observe());
