export { audit, NoSuchEvent, type AuditOptions, type AuditProgress, type AuditReport } from './audit.ts'
export { checkpointDigest, readCheckpoint, writeCheckpoint, type CheckpointHead } from './checkpoint.ts'
export { FINDINGS_PER_EVENT_MAX, type Finding } from './findings.ts'
