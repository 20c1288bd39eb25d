/** The page around a report: one file, nothing loaded, light or dark as the reader likes. */
import { escape } from './escape.js';
import { themes } from './theme.js';

const style = [
  themes(':root'),
  '*{box-sizing:border-box}',
  'body{margin:0 auto;padding:40px 24px 64px;max-width:960px;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,sans-serif}',
  'h1{font-size:26px;line-height:1.2;margin:0 0 4px}h2{font-size:17px;margin:44px 0 10px}h3{font-size:15px;margin:24px 0 6px}',
  'p{margin:0 0 12px;color:var(--soft);max-width:76ch}',
  'svg{display:block;max-width:100%;height:auto;font-family:inherit}',
  '.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:20px 24px}',
  '.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px;margin:24px 0 0}',
  '.facts div{border-top:2px solid var(--line);padding-top:8px}.facts dt{color:var(--soft);font-size:13px}',
  '.facts dd{margin:0;font-size:22px;font-variant-numeric:tabular-nums}',
  'table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}th{font-weight:600;text-align:left}',
  'table.plain td,table.plain th{padding:4px 24px 4px 0;border-bottom:1px solid var(--line)}',
  'table.confusion td,table.confusion th{min-width:38px;height:32px;padding:0 6px;text-align:center}',
  'table.confusion td{border:2px solid var(--ground)}',
  'table.confusion th{color:var(--soft)}table.confusion .none{color:var(--soft);opacity:.5}.wide{overflow-x:auto}',
  'table.bars td,table.bars th{padding:3px 16px 3px 0}.bar{display:block;width:min(320px,40vw);height:8px;background:var(--line);border-radius:4px}',
  '.bar i{display:block;height:100%;background:var(--curve-0);border-radius:4px}',
  '.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:20px 14px}figure{margin:0}',
  'figure img{display:block;width:96px;height:96px;object-fit:contain;image-rendering:pixelated;border-radius:4px;background:var(--line)}',
  'figcaption{margin-top:6px;font-size:12.5px;line-height:1.4;color:var(--soft)}figcaption b{color:var(--ink)}',
].join('');

/** A whole page; `body` is markup. */
export function page(title: string, body: string): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<link rel="icon" href="data:,">',
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
  ];
  return `<!doctype html>\n<html lang="en"><head>${head.join('')}</head>\n<body>${body}</body></html>\n`;
}
