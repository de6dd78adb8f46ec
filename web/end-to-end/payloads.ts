/**
 * Texts that mean something to whoever does not treat them as text: to HTML, scripts, style sheets, templates, typesetting, PDF,
 * spreadsheets, databases, file systems, protocols, terminals, and to the eye.
 *
 * Whatever can act leaves the mark `rert_pwn` on the window, in an element or in the address of a request, so that it is noticed.
 */

export const MARK = 'rert_pwn';

export interface Payload {
  what: string;
  text: string;
}

const html: Payload[] = [
  { what: 'script', text: '<script>window.rert_pwn=1</script>' },
  { what: 'event handler of a picture', text: '<img src=x onerror=window.rert_pwn=2>' },
  { what: 'event handler of a drawing', text: '<svg onload=window.rert_pwn=3>' },
  { what: 'script in a drawing', text: '<svg><script>rert_pwn=4</script></svg>' },
  { what: 'frame with a document', text: '<iframe srcdoc="<script>parent.rert_pwn=5</script>">' },
  { what: 'event handler of what opens', text: '<details open ontoggle=rert_pwn=6>' },
  { what: 'event handler of what has the focus', text: '<input autofocus onfocus=rert_pwn=7>' },
  { what: 'style sheet from elsewhere', text: "<style>@import'//rert.invalid/rert_pwn';</style>" },
  { what: 'style that hides all', text: '<style>*{display:none}/*rert_pwn*/</style>' },
  { what: 'link', text: '<link rel=stylesheet href=//rert.invalid/rert_pwn>' },
  { what: 'redirection', text: '<meta http-equiv=refresh content=0;//rert.invalid/rert_pwn>' },
  { what: 'other base of addresses', text: '<base href=//rert.invalid/rert_pwn/>' },
  { what: 'form', text: '<form action=//rert.invalid/rert_pwn><button>' },
  { what: 'embedded object', text: '<object data=//rert.invalid/rert_pwn>' },
  { what: 'element', text: '<b data-rert-pwn>cord</b>' },
  { what: 'address of a script', text: '<math><mi xlink:href="javascript:rert_pwn=16">' },
  {
    what: 'another reading once it is parsed again',
    text: '<noscript><p title="</noscript><img src=x onerror=rert_pwn=17>',
  },
  { what: 'comment', text: '<!--><img src=x onerror=rert_pwn=18>-->' },
  { what: 'what is left of a filter', text: '<scr<script>ipt>rert_pwn=19</scr</script>ipt>' },
  { what: 'character references', text: '&lt;img src=x onerror=rert_pwn=20&gt;' },
  { what: 'numeric character references', text: '&#60;img src=x onerror=rert_pwn=21&#62;' },
];

const attributes: Payload[] = [
  { what: 'end of an attribute', text: '" onmouseover="rert_pwn=22' },
  { what: 'end of an attribute in single quotes', text: "' autofocus onfocus='rert_pwn=23" },
  { what: 'end of an element', text: '"><img src=x onerror=rert_pwn=24>' },
  { what: 'end of a comment', text: '--><svg/onload=rert_pwn=25>' },
  { what: 'style attribute', text: 'x" style="background:url(//rert.invalid/rert_pwn)' },
  { what: 'backtick', text: '` onload=rert_pwn=27 `' },
];

const addresses: Payload[] = [
  { what: 'javascript:', text: 'javascript:rert_pwn=28' },
  { what: 'data:', text: 'data:text/html,<script>parent.rert_pwn=29</script>' },
  { what: 'another server', text: '//rert.invalid/rert_pwn' },
];

const scripts: Payload[] = [
  { what: 'end of a script', text: '</script><script>rert_pwn=31</script>' },
  { what: 'end of JSON', text: '"}],"rert_pwn":32,"x":[{"' },
  { what: 'end of a string', text: "';rert_pwn=33;//" },
  { what: 'escapes of a script', text: '\\u003cimg src=x onerror=rert_pwn=34\\u003e' },
  { what: 'separator of lines', text: 'cord\u2028rert_pwn=35\u2029' },
  { what: 'name of a prototype', text: '__proto__' },
];

const templates: Payload[] = [
  { what: 'template of Svelte', text: '{@html "<img src=x onerror=rert_pwn=37>"}' },
  { what: 'template with moustaches', text: '{{constructor.constructor("rert_pwn=38")()}}' },
  { what: 'template of a script', text: '${window.rert_pwn=39}' },
  { what: 'template of a server', text: '<%= rert_pwn %>#{rert_pwn}' },
];

const documents: Payload[] = [
  { what: 'Typst', text: '#import "rert_pwn.typ"; $ #panic() $' },
  { what: 'LaTeX', text: '\\input{/etc/passwd}\\write18{rert_pwn}' },
  { what: 'object of a PDF', text: ')>>endobj 1 0 obj<</S/JavaScript/JS(rert_pwn)>>' },
  { what: 'action of a PDF', text: '/OpenAction<</S/Launch/F(rert_pwn)>>' },
  { what: 'TOML', text: '"""\n[case]\nrert_pwn = 45' },
];

const tables: Payload[] = [
  { what: 'formula', text: '=HYPERLINK("//rert.invalid/rert_pwn","cord")' },
  { what: 'formula that starts a program', text: "+cmd|' /C calc'!A0 rert_pwn" },
  { what: 'formula with a minus', text: "-2+3+cmd|' /C calc'!A0 rert_pwn" },
  { what: 'formula with an at', text: '@SUM(1+1)*rert_pwn' },
  { what: 'formula behind a tab', text: '\t=1+rert_pwn' },
  { what: 'formula behind a return', text: '\r=2+rert_pwn' },
  { what: 'formula in full width', text: '\uff1d1\uff0brert_pwn' },
  { what: 'end of a cell', text: '","=3+rert_pwn","' },
];

const others: Payload[] = [
  { what: 'SQL', text: "'; DROP TABLE cases; --rert_pwn" },
  { what: 'path', text: '../../../../etc/passwd%00rert_pwn' },
  { what: 'head of an answer', text: 'x\r\nSet-Cookie: rert_pwn=56\r\n\r\n<b data-rert-pwn>' },
  { what: 'control characters', text: 'cord\u0007\u0008\u0085\u007f rert_pwn' },
  { what: 'other direction of writing', text: 'cord rert_pwn \u2066\u202eyG 3.54' },
  { what: 'escapes of a terminal', text: '\u001b]0;rert_pwn\u0007\u001b[2J\u001b[31m' },
  { what: 'what has no width', text: 'Spi\u200bnal\u2060Cord\ufeff rert_pwn' },
];

/** Longer than any element with a name may be; nothing in it lets a line break. */
export const OVERLONG: Payload = { what: 'a word without end', text: `rert_pwn_${'W'.repeat(3000)}` };

export const PAYLOADS: readonly Payload[] = [
  ...html,
  ...attributes,
  ...addresses,
  ...scripts,
  ...templates,
  ...documents,
  ...tables,
  ...others,
];

/**
 * What of a text must be read somewhere. Characters that cannot be seen may be kept, dropped or replaced by a sign of their own; which
 * of these is a question of its own.
 */
export function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s\ufffd\u2400-\u2426]+/gu, '');
}
