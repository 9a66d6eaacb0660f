/** Who reads which outbox: named in metrics and by `usher outbox --retry`. */
export const CONSUMERS = [
  { consumer: 'imports', table: 'catalog_outbox' },
  { consumer: 'mail', table: 'money_outbox' },
  { consumer: 'moved-events', table: 'catalog_outbox' },
  { consumer: 'moved-tickets', table: 'inventory_outbox' },
  { consumer: 'pictures', table: 'catalog_outbox' },
  { consumer: 'search', table: 'catalog_outbox' },
] as const
