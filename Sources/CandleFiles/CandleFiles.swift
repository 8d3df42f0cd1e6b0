// CandleFiles
