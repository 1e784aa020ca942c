// Telegram's Bot API on this machine alone. node server.mjs PORT: prints "ready" when bots and customers can use it.

import { createRequire } from 'node:module'

const TelegramServer = createRequire(import.meta.url)('telegram-test-api')

const server = new TelegramServer({ host: '127.0.0.1', port: Number(process.argv[2]), storeTimeout: 600 })
await server.start()
console.log('ready')
process.once('SIGTERM', () => process.exit(0))
