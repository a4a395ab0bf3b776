// What `node -e` begins with: waits for one script on descriptor 4, runs it, and answers on descriptor 5.
'use strict';
(() => {
  const fs = require('fs');
  const vm = require('vm');
  const { stringify, parse } = JSON;
  const { readSync, writeSync } = fs;
  const [bytesOf, room, sizeOf] = [Buffer.from, Buffer.allocUnsafe, Buffer.byteLength];
  const leave = process.reallyExit.bind(process);
  const MOST = 1 << 20;
  // Made now, so that they cost nothing later; what they hold must be out before the end.
  const outputs = [process.stdout, process.stderr];

  function read(count) {
    const bytes = room(count);
    for (let at = 0; at < count;) {
      const got = readSync(4, bytes, at, count - at);
      if (got === 0) leave(0);
      at += got;
    }
    return bytes;
  }

  function say(type, text) {
    const body = bytesOf(text);
    const frame = room(body.length + 5);
    frame.writeUInt32BE(body.length, 0);
    frame.write(type, 4, 'latin1');
    body.copy(frame, 5);
    for (let at = 0; at < frame.length;) at += writeSync(5, frame, at);
  }

  async function flush() {
    for (const output of outputs)
      if (output.writableLength > 0) await new Promise(done => output.write('', done));
  }

  function text(value, what) {
    const json = stringify(value === undefined ? null : value);
    if (json === undefined) throw new TypeError(`${what} is a ${typeof value}, which JSON has no words for`);
    if (sizeOf(json) > MOST) throw Object.assign(new RangeError(`${what} has at most ${MOST} bytes as JSON; this one has ${sizeOf(json)}`), { code: 'too_large' });
    return json;
  }

  async function fail(code, error) {
    let message = 'it threw something that cannot be shown', line = null;
    try {
      message = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 4000);
      const place = /script\.js:(\d+)/.exec(String(error && error.stack));
      line = place ? Number(place[1]) : null;
      if (code === 'exception' && error instanceof RangeError && /allocation failed/i.test(message)) code = 'out_of_memory';
    } catch { }
    await flush();
    say('e', stringify({ code, message, line }));
    leave(0);
  }

  say('b', '');
  const { code, input = null } = parse(read(read(4).readUInt32BE(0)).toString());
  process.on('uncaughtException', error => fail('exception', error));

  const opening = '(async function (input, emit) {';
  let script;
  try {
    script = new vm.Script(`${opening}${code}\n})`, {
      filename: 'script.js', columnOffset: -opening.length,
      importModuleDynamically: vm.constants && vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext();
  } catch (error) {
    return fail('syntax', error);
  }
  const emit = item => say('i', text(item, 'an item'));
  (async () => {
    let value;
    try {
      value = await script.call(undefined, input, emit);
    } catch (error) {
      return fail(error && error.code === 'too_large' ? 'too_large' : 'exception', error);
    }
    try {
      value = text(value, 'its result');
    } catch (error) {
      return fail(error.code === 'too_large' ? 'too_large' : 'bad_result', error);
    }
    await flush();
    say('r', value);
    leave(0);
  })().catch(() => leave(70));
})();
