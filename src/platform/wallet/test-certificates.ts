import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import type { AppleCertificates } from './apple.ts'

const { pki } = forge
const DAY_MS = 86_400_000
/** The name of "UID" in a certificate's subject. */
const USER_ID = '0.9.2342.19200300.100.1.1'

/**
 * Certificates of the form that Apple gives out, by an authority that no phone knows: passes signed with them are
 * whole and can be checked, and no wallet takes them. For development and tests.
 */
export async function makeTestCertificates(nowMs: number): Promise<AppleCertificates> {
  const [authority, signer] = [await makeKeys(), await makeKeys()]
  const issuer = [
    { shortName: 'CN', value: 'Usher test authority' },
    { shortName: 'O', value: 'Usher test' },
  ]
  const wwdr = draft('01', nowMs, authority.publicKey)
  wwdr.setSubject(issuer)
  wwdr.setIssuer(issuer)
  wwdr.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ])
  wwdr.sign(authority.privateKey, forge.md.sha256.create())
  const certificate = draft('02', nowMs, signer.publicKey)
  certificate.setSubject([
    { type: USER_ID, value: 'pass.test.usher' },
    { shortName: 'CN', value: 'Pass Type ID: pass.test.usher' },
    { shortName: 'OU', value: 'USHERTEST0' },
    { shortName: 'O', value: 'Usher test' },
  ])
  certificate.setIssuer(issuer)
  certificate.setExtensions([{ name: 'keyUsage', digitalSignature: true, critical: true }])
  certificate.sign(authority.privateKey, forge.md.sha256.create())
  return {
    certificate: pki.certificateToPem(certificate),
    key: pki.privateKeyToPem(signer.privateKey),
    wwdr: pki.certificateToPem(wwdr),
  }
}

function draft(serialNumber: string, nowMs: number, publicKey: forge.pki.PublicKey): forge.pki.Certificate {
  const certificate = pki.createCertificate()
  certificate.serialNumber = serialNumber
  certificate.publicKey = publicKey
  certificate.validity.notBefore = new Date(nowMs - DAY_MS)
  certificate.validity.notAfter = new Date(nowMs + 365 * DAY_MS)
  return certificate
}

/** By the runtime: in script alone it takes seconds. */
async function makeKeys(): Promise<{ publicKey: forge.pki.PublicKey; privateKey: forge.pki.rsa.PrivateKey }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const pem = (key: KeyObject, type: 'spki' | 'pkcs1'): string =>
    key.export({ type, format: 'pem' }) as string
  return {
    publicKey: pki.publicKeyFromPem(pem(publicKey, 'spki')),
    privateKey: pki.privateKeyFromPem(pem(privateKey, 'pkcs1')),
  }
}
