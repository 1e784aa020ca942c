// A Bluesky network on this machine alone: a directory of accounts, a server that keeps them, and the view over all posts.
// node network.mjs PORT DATABASE_PORT: prints "ready" when the server can be used at PORT.

import { createRequire } from 'node:module'
import net from 'node:net'

import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const [port, databasePort] = process.argv.slice(2).map(Number)
const require = createRequire(import.meta.url)

// Nothing listens to other machines.
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...given) {
  const where = typeof given[0] === 'object' && given[0] !== null ? given[0] : { port: Number(given[0] ?? 0) }
  return listen.call(this, { ...where, host: '127.0.0.1' }, ...given.filter((each) => typeof each === 'function'))
}

// libsql stands in for better-sqlite3, which would have to be compiled; it gives bytes in another type.
const Sqlite = require('better-sqlite3')
const { prepare } = Sqlite.prototype
Sqlite.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  const { all } = statement
  statement.all = (...values) => all.apply(statement, values).map(withBuffers)
  return statement
}

function withBuffers(row) {
  const changed = Object.entries(row).filter(([, value]) => value instanceof ArrayBuffer)
  return { ...row, ...Object.fromEntries(changed.map(([name, value]) => [name, Buffer.from(value)])) }
}

// PGlite has one session, so that there can be one connection only.
const pg = require('pg')
pg.Pool = class extends pg.Pool {
  constructor(options) {
    super({ ...options, max: 1 })
  }
}

const { TestBsky, TestPds, TestPlc, mockNetworkUtilities } = require('@atproto/dev-env')

const db = await PGlite.create({ extensions: { pg_trgm } })
await new PGLiteSocketServer({ db, port: databasePort, host: '127.0.0.1', maxConnections: 4 }).start()
const plc = await TestPlc.create({})
const bsky = await TestBsky.create({
  plcUrl: plc.url,
  pdsPort: port,
  repoProvider: `ws://localhost:${port}`,
  dbPostgresUrl: `postgres://postgres:postgres@127.0.0.1:${databasePort}/postgres`,
})
const pds = await TestPds.create({
  port,
  didPlcUrl: plc.url,
  bskyAppViewUrl: bsky.url,
  bskyAppViewDid: bsky.ctx.cfg.serverDid,
})
mockNetworkUtilities(pds, bsky)
console.log('ready')
