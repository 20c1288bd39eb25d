// Browsers of this machine, started without a window on an address. The page itself tells what it found, so that no driver is needed: drivers have to
// fit the browser's version, and no single one drives both Chromium and Firefox ESR.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const kinds = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      'C:/Program Files/Google/Chrome/Application/chrome.exe',
    ],
    // No sandbox: it refuses to run for root, as whom containers run, and the only page is ours.
    args: (profile) => ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', ...quietChromium, `--user-data-dir=${profile}`], // prettier-ignore
    prepare: () => {},
  },
  {
    name: 'Firefox',
    variable: 'FIREFOX',
    commands: ['firefox', 'firefox-esr'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:/Program Files/Mozilla Firefox/firefox.exe'],
    args: (profile) => ['--headless', '--no-remote', '--profile', profile],
    prepare: (profile) => writeFileSync(join(profile, 'user.js'), quietFirefox),
  },
];

const quietChromium = ['--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-sync'];
const quietFirefox = Object.entries({
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
})
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join('');

/** Each kind of browser with its program, undefined where there is none. CHROMIUM and FIREFOX name others, or none. */
export function browsers() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return kinds.map(({ variable, commands, places, ...kind }) => {
    const usual = [...commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...places];
    const named = process.env[variable];
    const candidates = named === undefined ? usual : [named];
    return { ...kind, variable, program: candidates.find((path) => existsSync(path)) };
  });
}

/** Opens `address` in a browser with a profile of its own, for as long as `work` takes. */
export async function opened({ program, args, prepare }, address, work) {
  const profile = mkdtempSync(join(tmpdir(), 'gradus-browser-'));
  prepare(profile);
  const env = { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' };
  const child = spawn(program, [...args(profile), address], { stdio: 'ignore', detached: process.platform !== 'win32', env });
  const ended = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the browser has ended by itself (${signal ?? code})`)));
  });
  try {
    return await Promise.race([work(), ended]);
  } finally {
    end(child);
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Ends a browser with the processes that it has started: where they can be one group, they are. */
function end(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
