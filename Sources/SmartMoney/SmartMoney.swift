// SmartMoney
