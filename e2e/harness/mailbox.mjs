// An SMTP server that keeps what it is sent, so that a test can read its mail.
import { createServer } from 'node:net';

/** Starts one on loopback. Returns { url, messages, next(address), stop() }. */
export async function openMailbox() {
  const messages = [];
  const waiting = new Set();
  const taken = new Map(); // address → how many messages next() has handed out

  const server = createServer((socket) => {
    const say = (line) => socket.write(`${line}\r\n`);
    let from, to, body = null, rest = '';
    const commands = {
      EHLO: () => say('250-mailbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10485760'),
      HELO: () => say('250 mailbox'),
      MAIL: (line) => ((from = address(line)), (to = []), say('250 ok')),
      RCPT: (line) => (to.push(address(line)), say('250 ok')),
      DATA: () => ((body = []), say('354 go on')),
      RSET: () => say('250 ok'),
      NOOP: () => say('250 ok'),
      QUIT: () => (say('221 bye'), socket.end()),
    };
    socket.setEncoding('latin1').on('error', () => {}).on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop();
      for (const line of lines) {
        if (body === null) (commands[line.slice(0, 4).toUpperCase()] ?? (() => say('502 not here')))(line);
        else if (line !== '.') body.push(line.replace(/^\./, ''));
        else {
          messages.push(read(from, to, body.join('\r\n')));
          body = null;
          say('250 kept');
          waiting.forEach((look) => look());
        }
      }
    });
    say('220 mailbox');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `smtp://127.0.0.1:${server.address().port}?tls=none`,
    messages,

    /** The next message to address that was not handed out yet; waits for it. */
    next: (address, seconds = 15) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const seen = taken.get(address) ?? 0;
          const message = messages.filter((m) => m.to.includes(address))[seen];
          if (!message) return;
          taken.set(address, seen + 1);
          clearTimeout(deadline);
          waiting.delete(look);
          resolve(message);
        };
        const deadline = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no mail to ${address} within ${seconds} s; there is mail to: ${messages.flatMap((m) => m.to).join(', ') || 'nobody'}`));
        }, seconds * 1000);
        waiting.add(look);
        look();
      }),

    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const address = (line) => line.match(/<([^>]*)>/)?.[1].toLowerCase() ?? '';

/** { from, to, subject, text, html, links } of a message as it came over the wire. */
function read(from, to, raw) {
  const parts = leaves(raw);
  const text = parts.find((p) => p.type === 'text/plain')?.content ?? '';
  return {
    from, to, raw, text,
    subject: words(headers(raw).subject ?? ''),
    html: parts.find((p) => p.type === 'text/html')?.content ?? '',
    links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
  };
}

const split = (entity) => {
  const at = entity.indexOf('\r\n\r\n');
  return [entity.slice(0, at), entity.slice(at + 4)];
};

const headers = (entity) =>
  Object.fromEntries(split(entity)[0].replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  }));

/** The parts of a message that are not made of parts, decoded. */
function leaves(entity) {
  const head = headers(entity);
  const type = head['content-type'] ?? 'text/plain';
  const content = split(entity)[1];
  const boundary = type.match(/boundary="?([^";]+)"?/i)?.[1];
  if (boundary) {
    return `\r\n${content}`.split(`\r\n--${boundary}`).slice(1).filter((p) => !p.startsWith('--')).flatMap((p) => leaves(p.replace(/^[ \t]*\r\n/, '')));
  }
  return [{ type: type.split(';')[0].trim().toLowerCase(), content: decode(content, head['content-transfer-encoding']).toString('utf8') }];
}

function decode(content, encoding = '') {
  if (/base64/i.test(encoding)) return Buffer.from(content, 'base64');
  if (!/quoted-printable/i.test(encoding)) return Buffer.from(content, 'latin1');
  return Buffer.from(content.replace(/[ \t]*=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}

/** A header with its encoded words (RFC 2047) read. */
const words = (header) =>
  header.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, how, text) =>
    decode(/b/i.test(how) ? text : text.replace(/_/g, ' '), /b/i.test(how) ? 'base64' : 'quoted-printable').toString('utf8'));
