-- The tables of Botyard for MySQL 8 and MariaDB 10.8 or newer: the documented columns first, our own after them.
-- `botyard db upgrade` makes the same tables by migrations, and takes over a database that was made from this file.
-- Times are UTC: every connection of ours sets time_zone = '+00:00'.

CREATE TABLE sessions (
  -- Identity
  id VARCHAR(36) PRIMARY KEY,           -- UUID
  name VARCHAR(255),                    -- User-friendly name (auto or custom)

  -- Type & Configuration
  type ENUM('test', 'backtest', 'scraper') NOT NULL,
  market VARCHAR(20) NOT NULL,          -- 'XBTUSD', 'ETHUSD', etc.
  exchange VARCHAR(50) DEFAULT 'bitmex',
  strategy VARCHAR(100) NOT NULL,       -- 'TestBot', 'PairTradeBot', etc.
  strategy_params JSON,                 -- {"param1": value, "param2": value}

  -- Time Range (for backtests)
  range_start BIGINT,                   -- Unix timestamp (backtest start)
  range_end BIGINT,                     -- Unix timestamp (backtest end, exclusive)

  -- Lifecycle
  status ENUM('created', 'running', 'stopped', 'completed', 'failed', 'paused') DEFAULT 'created',
  pid INT,                              -- OS process ID when running

  -- Timestamps
  created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
  started_at TIMESTAMP NULL,
  stopped_at TIMESTAMP NULL,
  last_updated TIMESTAMP NULL,          -- Heartbeat: updated by running bot every N seconds

  -- Results (updated as session runs)
  trade_count INT DEFAULT 0,
  total_pnl DECIMAL(20,8) DEFAULT 0,
  win_rate DECIMAL(5,2) DEFAULT 0,
  max_drawdown DECIMAL(10,4) DEFAULT 0,

  -- File references
  trades_file VARCHAR(500),             -- Path to trades JSON file, relative to the home directory
  logs_file VARCHAR(500),               -- Path to bot output log, relative to the home directory

  -- Metadata
  cloned_from VARCHAR(36),              -- Parent session if cloned
  notes TEXT,                           -- User notes

  -- Our own
  run INT NOT NULL DEFAULT 0,           -- Number of the latest launch
  settings JSON,                        -- What every strategy shares: balance, leverage, timeframe, fees, restart policy
  heartbeat JSON,                       -- Payload of the latest heartbeat
  heartbeat_at DOUBLE,                  -- last_updated with its fraction, Unix seconds
  trades_announced INT NOT NULL DEFAULT 0, -- Trades that have their row in session_events
  restarts INT NOT NULL DEFAULT 0,      -- Launches in a row by the restart policy
  before_start JSON,                    -- Columns that a failed start puts back
  exit_code INT,                        -- How the latest run ended
  exit_signal INT,
  exit_outcome VARCHAR(20),             -- finished, terminated, error, killed
  exit_message TEXT,

  INDEX idx_status (status),
  INDEX idx_type (type),
  INDEX idx_created (created_at DESC),
  INDEX idx_newest (created_at DESC, id DESC),
  INDEX idx_status_type (status, type),
  INDEX idx_market (market),
  INDEX idx_market_type (market, type),
  INDEX idx_strategy (strategy),
  INDEX idx_cloned_from (cloned_from),
  FOREIGN KEY (cloned_from) REFERENCES sessions(id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE strategies (
  id VARCHAR(50) PRIMARY KEY,           -- 'TestBot', 'PairTradeBot'
  name VARCHAR(100) NOT NULL,           -- Display name
  description TEXT,
  supported_types JSON,                 -- ['test', 'backtest']
  supported_markets JSON,               -- ['XBTUSD', 'ETHUSD'] or ['*']
  default_params JSON,                  -- Default parameter values
  param_schema JSON,                    -- JSON Schema for params validation
  created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,

  -- Our own
  source VARCHAR(20) NOT NULL DEFAULT 'built-in', -- or 'user'
  file VARCHAR(500),                    -- Where a user's strategy comes from
  error TEXT,                           -- Why it does not load
  hash VARCHAR(64)                      -- SHA-256 of the file
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Seed data
INSERT INTO strategies (id, name, description, supported_types, supported_markets, default_params, param_schema) VALUES
('TestBot', 'Test Bot', 'Simple test strategy for single market',
 '["test", "backtest"]', '["XBTUSD", "ETHUSD", "SOLUSD"]',
 '{"threshold": 0.5, "position_size": 100}',
 '{"type":"object","properties":{"threshold":{"type":"number","minimum":0,"maximum":1},"position_size":{"type":"integer","minimum":1}}}'),

('PairTradeBot', 'Pair Trade Bot', 'Statistical arbitrage between two markets',
 '["test", "backtest"]', '["XBTUSD+ETHUSD", "XBTUSD+SOLUSD"]',
 '{"spread_threshold": 2.0, "lookback": 100}',
 '{"type":"object","properties":{"spread_threshold":{"type":"number"},"lookback":{"type":"integer"}}}'),

('MarketScraper', 'Market Scraper', 'Collects market data without trading',
 '["scraper"]', '["*"]',
 '{"archive_interval": 60}',
 '{"type":"object","properties":{"archive_interval":{"type":"integer","minimum":1}}}');

CREATE TABLE session_events (
  id BIGINT AUTO_INCREMENT PRIMARY KEY,
  session_id VARCHAR(36) NOT NULL,
  event_type ENUM('created', 'started', 'stopped', 'trade', 'error', 'metric_update',
                  'paused', 'resumed', 'restarted', 'completed', 'failed', 'updated', 'adopted', 'stale'),
  event_data JSON,
  created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,

  INDEX idx_session (session_id),
  INDEX idx_created (created_at),
  FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
