-- Reviews are read like statements: those that came before are listed with them.

INSERT INTO statement (kind, subject, seq)
    SELECT r.kind, b.canonical::jsonb ->> 'case', r.seq
      FROM record r JOIN body b ON b.seq = r.seq
     WHERE r.kind = 'review' AND b.canonical::jsonb ->> 'case' IS NOT NULL
        ON CONFLICT DO NOTHING;
